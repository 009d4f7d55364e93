"""CloudEvents in and out: one byte string that is hashed, published, replayed and exported.

CloudEvents 1.0, structured JSON mode. Attributes: see docs/consuming-events.md; `sequence` is dense
per complaint and stage, `prevhash` is the sha256 of that stage's previous event.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import Annotated, Any

import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from shared.errors import OversizeError, PoisonError
from shared.events.base import (
    Event,
    Input,
    Lane,
    LaneRaised,
    RedriveSubmitted,
    TimerElapsed,
)
from shared.events.personal import Personal
from shared.events.upcasts import UPCASTS, current
from shared.pipeline import ROWS, STAGES

MAX_EVENT_BYTES = 256 * 1024
SEQUENCE_LIMIT = 2**53
Traceparent = Annotated[str, Field(pattern=r"^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")]

COMMON: tuple[type[Input], ...] = (TimerElapsed, RedriveSubmitted)
_EVENTS: list[type[Event]] = [model for row in ROWS for model in row.emits]
_INPUTS: list[type[Input]] = [*(model for row in ROWS for model in row.takes), *COMMON]
MODELS: dict[str, type[Event | Input]] = {
    **{model.event_type: model for model in _EVENTS},
    **{model.event_type: model for model in _INPUTS},
}
STAGE_OF = {f"/redress/{name}": name for name in STAGES}
OWNER: dict[str, str] = {model.event_type: row.name for row in ROWS for model in row.emits}


class Envelope(BaseModel):
    """One CloudEvent; `sequence` is None for an input, whose order nobody promises."""

    model_config = ConfigDict(extra="ignore")

    specversion: str = "1.0"
    id: str = Field(min_length=1, max_length=200)
    source: str
    type: str
    subject: str
    time: AwareDatetime
    datacontenttype: str = "application/json"
    dataschema: str
    sequence: int | None = Field(default=None, ge=1, lt=SEQUENCE_LIMIT)
    lane: Lane = "normal"
    causationid: str = ""
    correlationid: str = ""
    partitionkey: str = ""
    prevhash: str = ""
    actor: str = "system"
    policyversion: str = ""
    traceparent: Traceparent | None = None
    data: Any

    @property
    def stage(self) -> str:
        """The stage that the source names."""
        return STAGE_OF.get(self.source) or self.source.rpartition("/")[2]


def _typed(model: type[Event | Input]) -> TypeAdapter[Envelope]:
    return TypeAdapter(
        type("Envelope", (Envelope,), {"__annotations__": {"data": model}, "__module__": __name__})
    )


_adapters = {name: _typed(model) for name, model in MODELS.items()}
_payloads = {model: TypeAdapter(model) for model in MODELS.values()}
_is_uuid = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}").fullmatch


def event_id(complaint: str, stage: str, sequence: int, cause: str, index: int) -> str:
    """The id of an event: the same cause in the same place gives the same id."""
    return named_id(complaint, f"{stage}|{sequence}|{cause}|{index}")


def named_id(complaint: str, name: str) -> str:
    """The UUID version 5 of a name within a complaint, as `uuid.uuid5` gives it, but quicker."""
    space = bytes.fromhex(complaint.replace("-", ""))
    raw = bytearray(hashlib.sha1(space + name.encode(), usedforsecurity=False).digest()[:16])
    raw[6], raw[8] = raw[6] & 0x0F | 0x50, raw[8] & 0x3F | 0x80
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def read(value: bytes, found: list[Personal], hint: str | None = None) -> Envelope:
    """Decode and validate one record's value; sealed fields are appended to `found`.

    `hint` is the header `ce_type`; a wrong or missing one costs a second look only.
    Raises PoisonError with slug undecodable, unknown_major, unknown_type, schema_invalid,
    envelope_mismatch or too_large.
    """
    if len(value) > MAX_EVENT_BYTES:
        raise OversizeError
    adapter = _adapters.get(hint or "")
    if adapter is not None:
        try:
            envelope = adapter.validate_json(value, context=found)
        except ValidationError:
            found.clear()
        else:
            if envelope.type == hint:
                return _checked(envelope)
    return _checked(_read_by_body(value, found))


def _read_by_body(value: bytes, found: list[Personal]) -> Envelope:
    try:
        body = orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise PoisonError("undecodable") from error
    name = body.get("type") if isinstance(body, dict) else None
    if not isinstance(name, str):
        raise PoisonError("undecodable", "not a CloudEvent")
    if name in UPCASTS:
        body = current(body)
        value, name = orjson.dumps(body), body["type"]
    adapter = _adapters.get(name)
    if adapter is None:
        stem = name.rpartition(".v")[0]
        known = any(model.rpartition(".v")[0] == stem for model in MODELS)
        raise PoisonError("unknown_major" if known else "unknown_type")
    try:
        return adapter.validate_json(value, context=found)
    except ValidationError as error:
        places = {".".join(map(str, e["loc"])) for e in error.errors(include_input=False)}
        raise PoisonError("schema_invalid", ", ".join(sorted(places))[:200]) from error


def _checked(envelope: Envelope) -> Envelope:
    owner, stage = OWNER.get(envelope.type), STAGE_OF.get(envelope.source)
    if stage is None:
        raise PoisonError("envelope_mismatch", "source")
    if owner is not None and (owner != stage or envelope.sequence is None):
        raise PoisonError("envelope_mismatch", "type and source")
    if not _is_uuid(envelope.subject):
        raise PoisonError("envelope_mismatch", "subject")
    return envelope


def write(envelope: Envelope) -> bytes:
    """Encode one envelope whose personal fields are sealed. Raises OversizeError."""
    data = _payloads[type(envelope.data)].dump_json(envelope.data, exclude_none=True)
    attributes = {
        "specversion": envelope.specversion,
        "id": envelope.id,
        "source": envelope.source,
        "type": envelope.type,
        "subject": envelope.subject,
        "time": _instant(envelope.time),
        "datacontenttype": envelope.datacontenttype,
        "dataschema": envelope.dataschema,
        "sequence": envelope.sequence,
        "lane": envelope.lane,
        "causationid": envelope.causationid or None,
        "correlationid": envelope.correlationid,
        "partitionkey": envelope.partitionkey,
        "prevhash": envelope.prevhash or None,
        "actor": envelope.actor,
        "policyversion": envelope.policyversion or None,
        "traceparent": envelope.traceparent,
    }
    present = {name: value for name, value in attributes.items() if value is not None}
    value = orjson.dumps({**present, "data": orjson.Fragment(data)})
    if len(value) > MAX_EVENT_BYTES:
        raise OversizeError
    return value


def _instant(time: datetime) -> str:
    return time.isoformat(timespec="microseconds").replace("+00:00", "Z")


def make(
    data: Event | Input,
    *,
    id: str,  # noqa: A002 - CloudEvents' own name
    stage: str,
    complaint: str,
    time: datetime,
    lane: Lane,
    **more: Any,
) -> Envelope:
    """Put an event or input into its envelope; `more` are further attributes."""
    return Envelope.model_construct(
        specversion="1.0",
        id=id,
        source=f"/redress/{stage}",
        type=data.event_type,
        subject=complaint,
        time=time,
        datacontenttype="application/json",
        dataschema=f"urn:redress:schema:{data.event_type}",
        lane="express" if isinstance(data, LaneRaised) else lane,
        correlationid=complaint,
        partitionkey=complaint,
        data=data,
        **more,
    )


def digest(value: bytes) -> str:
    """The sha256 of an event's bytes, in hex: the next event's `prevhash`."""
    return hashlib.sha256(value).hexdigest()
