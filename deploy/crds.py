"""Schemas of other projects' objects, made from their definitions: strict, without prose.

`python -m deploy.crds FILE...` takes CustomResourceDefinitions; deploy/schemas/README.md says where
each one comes from. The schemas are committed, so that a check needs none of those projects.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import yaml

SCHEMAS = Path(__file__).parent / "schemas"
KEPT = {
    *("type", "properties", "items", "required", "enum", "pattern", "format"),
    *("minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum"),
    *("additionalProperties", "anyOf", "oneOf", "allOf", "not"),
}
ENVELOPE = {
    "apiVersion": {"type": "string"},
    "kind": {"type": "string"},
    "metadata": {"type": "object"},
    "status": {"type": "object"},
}


def strict(schema: dict[str, Any]) -> dict[str, Any]:
    """The same schema as JSON Schema, where a field that it does not name is a fault."""
    if schema.get("x-kubernetes-int-or-string"):
        return {"type": ["integer", "string"]}
    made = {key: _part(key, value) for key, value in schema.items() if key in KEPT}
    open_ = schema.get("x-kubernetes-preserve-unknown-fields")
    if "properties" in made and "additionalProperties" not in made and not open_:
        made["additionalProperties"] = False
    return made


def _part(key: str, value: Any) -> Any:
    if key == "properties":
        return {name: strict(part) for name, part in value.items()}
    if key in ("items", "not", "additionalProperties") and isinstance(value, dict):
        return _inside(value) if key == "not" else strict(value)
    if key in ("anyOf", "oneOf", "allOf"):
        return [_inside(part) for part in value]
    return value


def _inside(part: dict[str, Any]) -> dict[str, Any]:
    """A condition names only the fields that it is about: nothing is closed in it."""
    return {key: value for key, value in part.items() if key in KEPT}


def schemas_of(definition: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The schema of each version that is served, by its file's name."""
    spec, made = definition["spec"], {}
    for version in spec["versions"]:
        if version["served"]:
            body = strict(version["schema"]["openAPIV3Schema"])
            body["properties"] = {**body["properties"], **ENVELOPE}
            made[file_of(f"{spec['group']}/{version['name']}", spec["names"]["kind"])] = body
    return made


def file_of(api_version: str, kind: str) -> str:
    """The file that has the schema of this kind of object."""
    group, _, version = api_version.partition("/")
    return f"{kind.lower()}_{group}_{version}.json"


def main(paths: list[str]) -> None:
    """Write the schemas of these definitions."""
    for path in paths:
        for definition in yaml.safe_load_all(Path(path).read_text("utf-8")):
            for name, schema in schemas_of(definition).items():
                text = json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False)
                (SCHEMAS / name).write_text(f"{text}\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
