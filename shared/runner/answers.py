"""Results of due work as inputs of their stage: one id for one answer, whoever gives it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from shared.envelope import Envelope, make, named_id, write
from shared.errors import RedressError, TransientError
from shared.events.base import Result
from shared.events.personal import DataKey
from shared.failpoint import hit
from shared.headers import headers
from shared.log import get_logger
from shared.runner.due import Claim
from shared.runner.ports import Lease, Log, Record
from shared.runner.traced import noted_input
from shared.sealed import seal
from shared.tracing.spans import Kind
from shared.tracing.waiting import SPANS

if TYPE_CHECKING:
    from shared.pipeline import Stage
    from shared.runner.keys import Keyring

log = get_logger(__name__)
REMEMBERED = 50_000
FIRST_WAIT_S, LONGEST_WAIT_S = 0.01, 5.0


class Answers:
    """Produces results, and remembers which leases have had theirs."""

    def __init__(self, stage: Stage, log_: Log, keyring: Keyring) -> None:
        self.stage = stage
        self.log = log_
        self.keyring = keyring
        self._given: set[str] = set()

    def wanted(self, leases: Sequence[Lease]) -> list[Lease]:
        """Those without an answer: one whose answer waits in the log may be leased anew."""
        return [lease for lease in leases if lease.name not in self._given]

    async def give(
        self, done: Sequence[tuple[Lease, Claim, Result]], started: int = 0
    ) -> list[Lease]:
        """Produce the results; returns the leases whose results cannot be sent.

        `started` is when the work began, in ns of UTC, for the trace.
        """
        keys = await self.keyring.gather([claim.complaint for _, claim, _ in done])
        records: dict[str, Record] = {}
        envelopes = []
        unsent = []
        for lease, claim, result in done:
            try:
                envelope, records[lease.name] = self._record(claim, result, keys)
                envelopes.append(envelope)
            except RedressError as error:
                unsent.append(lease)
                log.warning(
                    "an answer cannot be sent",
                    stage=self.stage.name,
                    complaint_id=claim.complaint,
                    kind=claim.item.kind,
                    reason=error.slug,
                )
        await self._publish(records)
        for envelope in envelopes:
            noted_input(envelope, started, Kind.CLIENT)
        hit("worker.after_produce", self.stage.name)
        return unsent

    async def _publish(self, records: Mapping[str, Record]) -> None:
        """Produce for as long as it takes: what was done outside is not done again meanwhile."""
        if len(self._given) > REMEMBERED:
            self._given.clear()
        self._given.update(records)
        try:
            await self._sent(list(records.values()))
        except BaseException:
            self._given.difference_update(records)
            raise

    async def _sent(self, records: Sequence[Record]) -> None:
        wait_s = 0.0  # an answer that was lost comes the second time
        while True:
            try:
                return await self.log.publish(records)
            except TransientError as error:
                log.warning("answers wait", stage=self.stage.name, reason=error.slug)
                await asyncio.sleep(wait_s)
                wait_s = min(2 * wait_s or FIRST_WAIT_S, LONGEST_WAIT_S)

    def _record(
        self, claim: Claim, result: Result, keys: Mapping[str, DataKey]
    ) -> tuple[Envelope, Record]:
        envelope = answer_of(self.stage, claim, result)
        seal(result, keys.get(claim.complaint), envelope.id)
        topic = self.stage.topic("inputs", claim.state.lane)
        key = claim.complaint.encode()
        return envelope, Record(topic, key, write(envelope), headers(envelope))


def answer_of(stage: Stage, claim: Claim, result: Result) -> Envelope:
    """A result in its envelope; its id follows from the item alone."""
    name = f"{stage.name}|{claim.item.key}|{claim.item.event}"
    id_ = named_id(claim.complaint, name)
    return make(
        result,
        id=id_,
        stage=stage.name,
        complaint=claim.complaint,
        time=datetime.now(UTC),
        lane=claim.state.lane,
        causationid=claim.item.event,
        actor=f"worker:{claim.item.kind}",
        traceparent=SPANS.traceparent(claim.complaint, id_, claim.state.lane),
    )
