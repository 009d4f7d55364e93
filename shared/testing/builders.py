"""Builders: an example of any event or input, the same every time."""

from __future__ import annotations

import types
import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel

from shared.envelope import OWNER, Envelope, make
from shared.events.base import Event, Input
from shared.events.personal import DataKey, Personal
from shared.pipeline import ROWS
from shared.sealed import seal

COMPLAINT = "0a0a0a0a-0000-4000-8000-00000000c0de"
MOMENT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
KEY = DataKey(COMPLAINT, bytes(range(32)))
PLAIN: dict[Any, Any] = {
    bool: True,
    int: 1,
    float: 0.9,
    Decimal: Decimal("0.25"),
    timedelta: timedelta(days=1),
    date: MOMENT.date(),
}


def an_example(model: type[Any]) -> Any:
    """An instance of any model of ours, every field filled."""
    return model(**{name: _value(f.annotation, name) for name, f in model.model_fields.items()})


def an_envelope(model: type[Event | Input]) -> Envelope:
    """That example in its envelope, sealed."""
    owner = OWNER.get(model.event_type)
    stage = owner or next((row.name for row in ROWS if model in row.takes), "triage")
    data = an_example(model)
    id_ = str(uuid.uuid5(uuid.UUID(COMPLAINT), model.event_type))
    seal(data, KEY, id_)
    more = {"sequence": 1} if owner else {}
    return make(data, id=id_, stage=stage, complaint=COMPLAINT, time=MOMENT, lane="normal", **more)


def _value(annotation: Any, name: str) -> Any:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _value(arguments[0], name)
    if origin is Literal:
        return arguments[0]
    if origin in (Union, types.UnionType):
        return _value(next(a for a in arguments if a is not type(None)), name)
    if origin is tuple:
        return (_value(arguments[0], name),)
    if origin is dict:
        return {name: _value(arguments[1], name)}
    return _plain(annotation, name)


def _plain(kind: Any, name: str) -> Any:
    if kind in (datetime, AwareDatetime):
        return MOMENT
    if kind is Personal:
        return Personal(f"words about {name.replace('_', ' ')}")
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return an_example(kind)
    return PLAIN.get(kind, name.replace("_", "-"))
