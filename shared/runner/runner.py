"""The one sequence of every stage: decode, group, find, fold, write, publish (then commit)."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from shared.envelope import MODELS, make, write
from shared.errors import ParkedError
from shared.events.base import RedriveSubmitted
from shared.failpoint import between, hit
from shared.headers import headers, headers_of
from shared.log import get_logger
from shared.metrics import DEAD_LETTERS, DUPLICATES, END_TO_END, PARKINGS, PROCESSED
from shared.runner.counting import Figures, counted
from shared.runner.dead_letters import dead_letter
from shared.runner.decode import Batch, Interest, decode
from shared.runner.folded import Folded, Incoming
from shared.runner.handover import to_claim
from shared.runner.history import row_of, row_of_output
from shared.runner.patience import Assignment, together
from shared.runner.ports import Log, Output, Record, Row
from shared.runner.settle import Settling
from shared.runner.traced import noted_events, noted_parking, observed

log = get_logger(__name__)
Place = tuple[str, int, int]


@dataclass(slots=True)
class Outcome:
    """What one batch leads to: events to publish, further records, and counts for the log."""

    publish: list[tuple[str, Output]] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    changed: int = 0
    duplicates: int = 0
    parked: int = 0


class Runner:
    """One stage on one lane. It may be told the same record any number of times."""

    def __init__(
        self,
        settling: Settling,
        log_: Log,
        *,
        history: bool = False,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self.settling = settling
        self.stage = settling.stage
        self.lane = settling.lane
        self.log = log_
        self.history = history
        self.wake = wake
        self.figures: Figures | None = None
        wanted = {model.event_type for model in settling.decider.decide_table}
        wanted |= {RedriveSubmitted.event_type}
        rest = set(MODELS) - wanted
        passed = () if history else rest
        self._interest = Interest(self.stage.group(self.lane), wanted, passed=passed)

    async def run(self, records: Sequence[Any], assignment: Assignment) -> None:
        """Handle one fetch up to the commit. Raises PartitionLostError or BadDeployError."""
        started, at = time.monotonic(), time.time_ns()
        hit("stage.after_fetch", self.stage.name)
        batch = decode(records, self._interest)
        await self._bury(batch, assignment)
        outcome = Outcome()
        settled = await together(
            self.settling.settle(batch, assignment), self._keep_read(batch, assignment)
        )
        asked = any(r.passed_on or r.raised or r.parked_again for r in settled)
        places = _by_place(records) if asked else {}
        for result in settled:
            self._take(result, places, outcome)
        hit("stage.after_write", self.stage.name)
        await self._publish(outcome, assignment)
        hit("stage.after_publish", self.stage.name)
        await counted(self.figures, settled, self.settling, assignment)
        noted_events(outcome.publish, at)
        self._report(batch, outcome, time.monotonic() - started)

    async def _bury(self, batch: Batch, assignment: Assignment) -> None:
        if not batch.poison:
            return
        letters = [dead_letter(self.stage, record, e.slug, e) for record, e in batch.poison]
        await self.settling.patience.wait(lambda: self.log.publish(letters), assignment)
        for _, error in batch.poison:
            DEAD_LETTERS.labels(self.stage.name, error.slug).inc()

    async def _keep_read(self, batch: Batch, assignment: Assignment) -> None:
        if self.history:
            events = (it for it in batch.read if it.envelope.sequence is not None)
            await self._keep([row_of(it.envelope, it.value) for it in events], assignment)

    async def _keep(self, rows: list[Row], assignment: Assignment) -> None:
        if rows:
            await self.settling.patience.wait(lambda: self.settling.store.append(rows), assignment)

    def _take(self, result: Folded, places: dict[Place, Any], outcome: Outcome) -> None:
        id_ = result.document.id
        outcome.publish += [(id_, output) for output in result.publish]
        outcome.changed += result.changed
        outcome.duplicates += result.duplicates
        express = self.stage.topic("inputs", "express")
        for it in result.passed_on:
            record = places[it.trigger[1:]]
            place = it.trigger.partition
            outcome.records.append(Record(express, record.key, it.value, record.headers, place))
        outcome.parked += bool(result.raised)
        notices = [*result.raised, *((it, ParkedError()) for it in result.parked_again)]
        for it, error in notices:
            self._notice(it, error, places, outcome, parked=id_ if result.document.parked else "")
        if result.redrive_again:
            outcome.records.append(self._next_redrive(id_))
        if result.handed and self.settling.handover:
            self.settling.handover.put(result.handed)
        elif to_claim(result.document):
            self.wake()

    def _notice(
        self,
        it: Incoming,
        error: Exception,
        places: dict[Place, Any],
        outcome: Outcome,
        *,
        parked: str,
    ) -> None:
        reason = getattr(error, "slug", "rule_raised")
        PARKINGS.labels(self.stage.name).inc()
        DEAD_LETTERS.labels(self.stage.name, reason).inc()
        log.error(
            "complaint parked",
            stage=self.stage.name,
            complaint_id=it.envelope.subject,
            event_id=it.envelope.id,
            event_type=it.envelope.type,
            correlation_id=it.envelope.correlationid,
            reason=reason,
            error_class=type(error).__name__,
        )
        noted_parking(self.stage.name, it, reason)
        record = places.get(it.trigger[1:])
        if record is not None:
            outcome.records.append(dead_letter(self.stage, record, reason, error, parked))

    def _next_redrive(self, complaint: str) -> Record:
        envelope = make(
            RedriveSubmitted(staff="system"),
            id=str(uuid.uuid4()),
            stage=self.stage.name,
            complaint=complaint,
            time=datetime.now(UTC),
            lane=self.lane,
        )
        topic = self.stage.topic("inputs", self.lane)
        return Record(topic, complaint.encode(), write(envelope), headers(envelope))

    async def _publish(self, outcome: Outcome, assignment: Assignment) -> None:
        records = [
            Record(o.topic, id_.encode(), o.value, headers_of(o.value), o.trigger.partition)
            for id_, o in outcome.publish
        ]
        records += outcome.records
        rows = [row_of_output(o) for _, o in outcome.publish] if self.history else []
        await together(self._send(records, assignment), self._keep(rows, assignment))

    async def _send(self, records: list[Record], assignment: Assignment) -> None:
        await between("stage.mid_publish", self.stage.name, records, self.log.publish)
        if records:
            await self.settling.patience.wait(lambda: self.log.publish(records), assignment)

    def _report(self, batch: Batch, outcome: Outcome, seconds: float) -> None:
        labels = (self.stage.name, self.lane)
        now = datetime.now(UTC)
        DUPLICATES.labels(*labels).inc(outcome.duplicates)
        for what, count in batch.counts().items():
            PROCESSED.labels(*labels, what).inc(count)
        observed(END_TO_END.labels(*labels), batch.read, now)
        log.info(
            "batch done",
            stage=self.stage.name,
            lane=self.lane,
            records=sum(batch.counts().values()),
            changed=outcome.changed,
            count=len(outcome.publish),
            duplicates=outcome.duplicates,
            parked=outcome.parked,
            dead_letters=len(batch.poison),
            seconds=round(seconds, 4),
        )


def _by_place(records: Sequence[Any]) -> dict[Place, Any]:
    return {(r.topic, r.partition, r.offset): r for r in records}
