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
from shared.tracing.spans import SPANS, Kind, Span, of_message

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
    attributes = {
        **of_message(envelope.subject, envelope.id),
        names.OPERATION: "send",
        names.STAGE: stage,
        names.EVENT_TYPE: envelope.type,
        **({names.WORK: did} if did else {}),
    }
    name = f"{stage} does {did}" if did else f"{stage} accepts {type_}"
    made = Span(
        name,
        kind,
        envelope.subject,
        envelope.id,
        envelope.causationid or "",
        start,
        time.time_ns(),
        attributes,
    )
    SPANS.note(made)


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
        attributes = {
            **of_message(complaint, envelope.id),
            names.OPERATION: "process",
            names.TOPIC: trigger.topic,
            names.PARTITION: str(trigger.partition),
            names.OFFSET: trigger.offset,
            names.GROUP: trigger.group,
            names.STAGE: envelope.stage,
            names.EVENT_TYPE: envelope.type,
            names.SEQUENCE: output.sequence,
            names.CAUSE: envelope.causationid,
        }
        name = f"{envelope.stage} decides {_short(envelope.type)}"
        at = (complaint, envelope.id, envelope.causationid, start, end)
        SPANS.note(Span(name, Kind.CONSUMER, *at, attributes))


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
    """The latencies of a batch; the first names its trace (an exemplar), where it is traced."""
    for n, it in enumerate(read):
        of = None if n else it.envelope.traceparent
        age = (now - it.envelope.time).total_seconds()
        ages.observe(max(0.0, age), {"trace_id": of[3:35]} if of else None)


def _short(type_: str) -> str:
    return type_.removeprefix("redress.").rpartition(".v")[0]
