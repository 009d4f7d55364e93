"""A form's fields from the model of a command's body, and the body from what was filled in. Pure.

A field's name in the form is its path: `remedies:0:code`. What was left empty is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import BaseModel

Kind = Literal["text", "long", "choice", "number", "check", "day", "time", "many", "lines", "rows"]
Schema = Mapping[str, Any]
LONG = 400  # a text that may be longer is written in a box of several lines
ROWS = 3
"""So many objects of a list fit into a form; programs may send more."""


@dataclass(frozen=True)
class Field:
    """One field: what kind of control, what may be in it. `fields` are those of each row."""

    name: str
    kind: Kind
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    least: float | None = None
    most: float | None = None
    longest: int | None = None
    pattern: str | None = None
    hint: str = ""
    fields: tuple[Field, ...] = ()

    @property
    def label(self) -> str:
        """The name as a person reads it: `user_id` is `User id`."""
        return self.name.replace("_", " ").capitalize()


def fields_of(model: type[BaseModel], choices: Mapping[str, Any] | None = None) -> list[Field]:
    """The fields of a body; `choices` by name take the place of free text."""
    whole = model.model_json_schema()
    found = _fields(whole, whole.get("$defs", {}))
    return [_chosen(field, tuple((choices or {}).get(field.name, ()))) for field in found]


def body_of(fields: Sequence[Field], given: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The body that a form makes, in the shape of the command's JSON."""
    return _body(fields, given, "")


def _body(fields: Sequence[Field], given: Mapping[str, Sequence[str]], at: str) -> dict[str, Any]:
    values = {field.name: _value(field, given, f"{at}{field.name}") for field in fields}
    return {name: value for name, value in values.items() if value not in ("", [], None)}


def _value(field: Field, given: Mapping[str, Sequence[str]], path: str) -> Any:
    if field.kind == "rows":
        rows = (_body(field.fields, given, f"{path}:{place}:") for place in range(ROWS))
        return [row for row in rows if row]
    texts = [text.strip() for text in given.get(path, ()) if text.strip()]
    if field.kind == "many":
        return texts
    if field.kind == "lines":
        return [line.strip() for text in texts for line in text.splitlines() if line.strip()]
    text = texts[0] if texts else ""
    return f"{text}Z" if text and field.kind == "time" else text


def _fields(schema: Schema, defs: Schema) -> list[Field]:
    needed = schema.get("required", ())
    found = (_field(n, _plain(s, defs), defs) for n, s in schema.get("properties", {}).items())
    return [replace(field, required=field.name in needed) for field in found if field]


def _plain(schema: Schema, defs: Schema) -> Schema:
    """A schema without references, and without the alternative null; a number that may be text."""
    if "$ref" in schema:
        return _plain(defs[schema["$ref"].rpartition("/")[2]], defs)
    others = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    if not others:
        return schema
    text = [one for one in others if one.get("type") == "string"]
    return {**schema, **_plain((text or others)[0], defs)}


def _field(name: str, schema: Schema, defs: Schema) -> Field | None:
    kind, hint = schema.get("type"), str(schema.get("description", ""))
    if "enum" in schema or "const" in schema:
        return Field(name, "choice", choices=_enum(schema), hint=hint)
    if kind == "array":
        return _list(name, _plain(schema.get("items", {}), defs), defs)
    if kind in ("number", "integer"):
        least, most = schema.get("minimum"), schema.get("maximum")
        span = f"From {least} to {most}." if None not in (least, most) else ""
        return Field(name, "number", least=least, most=most, hint=hint or span)
    if kind == "boolean":
        return Field(name, "check", hint=hint)
    return _text(name, schema, hint) if kind == "string" else None


def _list(name: str, item: Schema, defs: Schema) -> Field | None:
    if item.get("type") == "object":
        return Field(name, "rows", fields=tuple(_fields(item, defs)))
    if "enum" in item:
        return Field(name, "many", choices=_enum(item))
    return Field(name, "lines", hint="One on each line.") if item.get("type") == "string" else None


def _text(name: str, schema: Schema, hint: str) -> Field:
    form, longest = schema.get("format"), schema.get("maxLength")
    if form in ("date", "date-time"):
        return Field(name, "day" if form == "date" else "time", hint=hint)
    kind: Kind = "long" if (longest or 0) > LONG else "text"
    return Field(name, kind, longest=longest, pattern=schema.get("pattern"), hint=hint)


def _enum(schema: Schema) -> tuple[tuple[str, str], ...]:
    values = schema.get("enum") or [schema["const"]]
    return tuple((str(value), str(value).replace("_", " ").replace("-", " ")) for value in values)


def _chosen(field: Field, choices: tuple[tuple[str, str], ...]) -> Field:
    if not choices:
        return field
    kind: Kind = "many" if field.kind in ("lines", "many") else "choice"
    return replace(field, kind=kind, choices=choices)
