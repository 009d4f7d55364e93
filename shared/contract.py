"""The published contract: a JSON Schema of each type and version, examples, an AsyncAPI document.

All are generated from the models: schemas and document each time, an example where there is none
yet, since old examples stay and must be read for ever.
"""

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from shared import asyncapi
from shared.envelope import MODELS, OWNER, write
from shared.events.base import Event, Input
from shared.events.upcasts import UPCASTS
from shared.testing.builders import an_envelope

FOLDER = Path(__file__).parent / "events" / "schemas"
EXAMPLES = FOLDER.parent / "examples"
ASYNCAPI = FOLDER.parent / "asyncapi.json"
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
    """Every generated file with its text."""
    schemas = {
        FOLDER / f"{name}.json": json.dumps(schema(name, model), indent=2, sort_keys=True) + "\n"
        for name, model in sorted(MODELS.items())
    }
    return {ASYNCAPI: asyncapi.text(), **schemas}


def drift() -> list[Path]:
    """The files that are not what the models say, and those that no model has or had."""
    wanted = files()
    wrong = [p for p, text in wanted.items() if not p.exists() or p.read_text("utf-8") != text]
    there = (path for path in FOLDER.glob("*.json") if path.stem not in UPCASTS)
    return sorted([*wrong, *(path for path in there if path not in wanted)])


def without_example() -> list[str]:
    """The types that have no example yet."""
    return sorted(name for name in MODELS if not (EXAMPLES / name).is_dir())


def _give_example(name: str) -> None:
    body = json.loads(write(an_envelope(MODELS[name])))
    path = EXAMPLES / name / "1.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(body, indent=2) + "\n", "utf-8")


def main(arguments: list[str]) -> int:
    """Write what is missing or old, or with --check say what that is."""
    if "--check" in arguments:
        for name in (wrong := [*(path.name for path in drift()), *without_example()]):
            sys.stderr.write(f"{name} is not up to date; run: make generate\n")
        return bool(wrong)
    FOLDER.mkdir(exist_ok=True)
    for path, text in files().items():
        path.write_text(text, "utf-8")
    for name in without_example():
        _give_example(name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
