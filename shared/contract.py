"""The published contract: one JSON Schema per type and version, generated from the models."""

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from shared.envelope import MODELS, OWNER
from shared.events.base import Event, Input

FOLDER = Path(__file__).parent / "events" / "schemas"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(name: str, model: type[Event | Input]) -> dict[str, Any]:
    """The schema of a type's `data`; `$id` is what an event's `dataschema` says."""
    found = _optional(TypeAdapter(model).json_schema(mode="serialization"))
    return {
        "$schema": DIALECT,
        "$id": f"urn:redress:schema:{name}",
        **found,
        "x-stage": OWNER.get(name, "inputs"),
    }


def _optional(found: dict[str, Any]) -> dict[str, Any]:
    """Fields with a default may be absent: None is not written."""
    for part in [found, *found.get("$defs", {}).values()]:
        fields = part.get("properties", {})
        if "required" in part:
            part["required"] = [n for n in part["required"] if "default" not in fields[n]]
    return found


def files() -> dict[Path, str]:
    """Every schema file with its text."""
    return {
        FOLDER / f"{name}.json": json.dumps(schema(name, model), indent=2, sort_keys=True) + "\n"
        for name, model in sorted(MODELS.items())
    }


def drift() -> list[Path]:
    """The files that are not what the models say, and those that no model has."""
    wanted = files()
    wrong = [p for p, text in wanted.items() if not p.exists() or p.read_text("utf-8") != text]
    return sorted([*wrong, *(p for p in FOLDER.glob("*.json") if p not in wanted)])


def main(arguments: list[str]) -> int:
    """Write the schemas, or with --check say which differ."""
    if "--check" in arguments:
        for path in (wrong := drift()):
            sys.stderr.write(f"{path.name} is not up to date; run: make generate\n")
        return bool(wrong)
    FOLDER.mkdir(exist_ok=True)
    for path, text in files().items():
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
