"""Sealing: every personal field of a model, wherever it is nested."""

from __future__ import annotations

from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

from shared.errors import KeyMissingError
from shared.events.base import Model
from shared.events.personal import DataKey, Personal


def seal(data: Model, key: DataKey | None, place: str) -> None:
    """Seal every personal field that is still plain; `place` is the event's or input's id.

    Raises KeyMissingError where there is something to seal and no key; a destroyed key is one.
    """
    for path, personal in _personals(data, ""):
        if personal.sealed is None and key is None:
            raise KeyMissingError("no key to seal this with")
        if key is not None:
            personal.seal(key, f"{place}|{path}")


def holds_personal(model: type[BaseModel]) -> bool:
    """Whether a model has fields that are sealed."""
    return bool(_places(model))


def _personals(value: Any, path: str) -> list[tuple[str, Personal]]:
    if isinstance(value, Personal):
        return [(path, value)]
    if isinstance(value, BaseModel):
        return [
            found
            for name in _places(type(value))
            for found in _personals(getattr(value, name), f"{path}.{name}")
        ]
    if isinstance(value, tuple):
        return [x for i, item in enumerate(value) for x in _personals(item, f"{path}.{i}")]
    return []


@cache
def _places(model: type[BaseModel]) -> tuple[str, ...]:
    """The fields of a model that can hold personal values, at any depth."""
    return tuple(n for n, field in model.model_fields.items() if _holds(field.annotation))


def _holds(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return bool(_places(annotation))
    return annotation in (Any, Personal) or any(map(_holds, get_args(annotation)))
