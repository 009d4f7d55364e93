"""What the door, the runner and the worker note of their work, as spans."""

from __future__ import annotations

import time
from collections.abc import Coroutine, Sequence
from datetime import datetime
from typing import Any

from prometheus_client import Histogram

from shared.envelope import Envelope
from shared.log import get_logger, verbose
from shared.runner.folded import Incoming
from shared.runner.ports import Output
from shared.settings import Settings
from shared.tracing import names
from shared.tracing.otlp import export
from shared.tracing.spans import Kind, Span
from shared.tracing.waiting import SPANS

log = get_logger(__name__)


def traces_sent(settings: Settings, service: str) -> Coroutine[Any, Any, None] | None:
    """Trace from now on, where a collector is named: what sends the spans to it."""
    if not settings.traces:
        return None
    SPANS.share = settings.traces_share
    return export(SPANS, settings.traces, service)


def noted_input(envelope: Envelope, start: int, kind: Kind = Kind.PRODUCER) -> None:
    """A span of an input that began here: at the door, or by work that was due. `start` in ns."""
    if not envelope.traceparent:
        return
    stage, type_ = envelope.stage, _short(envelope.type)
    did = envelope.actor.removeprefix("worker:") if kind is Kind.CLIENT else ""
    name = f"{stage} does {did}" if did else f"{stage} accepts {type_}"
    of = (envelope.subject, envelope.id, envelope.causationid or "", start, time.time_ns())
    alike = (
        (names.SYSTEM, "kafka"),
        (names.OPERATION, "send"),
        (names.STAGE, stage),
        (names.EVENT_TYPE, envelope.type),
        *(((names.WORK, did),) if did else ()),
    )
    own = (names.MESSAGE, envelope.id), (names.CONVERSATION, envelope.subject)
    SPANS.note(Span(name, kind, *of, alike, own))


def noted_events(published: Sequence[tuple[str, Output]], start: int) -> None:
    """A span for each event that was just decided: from its batch's fetch to its being public."""
    if verbose():
        _tell(published)
    if not SPANS.share:
        return
    end = time.time_ns()
    for complaint, output in published:
        envelope, trigger = output.envelope, output.trigger
        if envelope is None or not envelope.traceparent:
            continue
        stage, type_ = envelope.stage, envelope.type
        of = (complaint, envelope.id, envelope.causationid, start, end)
        alike = (
            (names.SYSTEM, "kafka"),
            (names.OPERATION, "process"),
            (names.TOPIC, trigger.topic),
            (names.PARTITION, str(trigger.partition)),
            (names.GROUP, trigger.group),
            (names.STAGE, stage),
            (names.EVENT_TYPE, type_),
        )
        own = (
            (names.MESSAGE, envelope.id),
            (names.CONVERSATION, complaint),
            (names.OFFSET, trigger.offset),
            (names.SEQUENCE, output.sequence),
            (names.CAUSE, envelope.causationid),
        )
        SPANS.note(Span(f"{stage} decides {_short(type_)}", Kind.CONSUMER, *of, alike, own))


def noted_parking(stage: str, it: Incoming, reason: str) -> None:
    """A failed span of an input that parked its complaint, whatever the share."""
    if not SPANS.share:
        return
    envelope, end = it.envelope, time.time_ns()
    of = (envelope.subject, f"{envelope.id}|{stage}|parked", envelope.id, end, end)
    alike = (names.STAGE, stage), (names.EVENT_TYPE, envelope.type), (names.ERROR, reason)
    own = (names.MESSAGE, envelope.id), (names.CONVERSATION, envelope.subject)
    SPANS.note(Span(f"{stage} parks", Kind.CONSUMER, *of, alike, own, reason))


def _tell(published: Sequence[tuple[str, Output]]) -> None:
    for complaint, output in published:
        if envelope := output.envelope:
            log.debug(
                "decided",
                stage=envelope.stage,
                lane=envelope.lane,
                complaint_id=complaint,
                event_id=envelope.id,
                event_type=envelope.type,
                causation_id=envelope.causationid,
            )


def observed(ages: Histogram, read: Sequence[Incoming], now: datetime) -> None:
    """The latencies of a batch; the first that is traced names its trace (an exemplar)."""
    named = False
    for it in read:
        of = None if named else it.envelope.traceparent
        named = named or bool(of)
        age = (now - it.envelope.time).total_seconds()
        ages.observe(max(0.0, age), {"trace_id": of[3:35]} if of else None)


def _short(type_: str) -> str:
    return type_.removeprefix("redress.").rpartition(".v")[0]
