"""One stage's consumer on one lane: a FastStream batch subscriber over raw records."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from aiokafka import ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError
from faststream.exceptions import NackMessage
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaMessage
from faststream.message import AckStatus

from shared.errors import BadDeployError
from shared.failpoint import hit
from shared.log import get_logger
from shared.metrics import BATCH, BATCH_SECONDS, LAG, LAST_LOOP, OLDEST
from shared.runner.library import dead_task, ended_for_good
from shared.runner.patience import PartitionLostError
from shared.runner.ports import Trigger
from shared.runner.runner import Runner
from shared.runner.subscribing import SUBSCRIBING, gathering
from shared.settings import Settings

log = get_logger(__name__)
DRAIN_S = 20.0
COMMIT_S = 10.0
LONGEST_HANG_S = 10.0  # after a first commit that was not answered
LONGEST_IDLE_S = 15.0  # without any answer to a fetch; each waits half a second at most
STOPPED_S = 5.0
FAILURES = 3
LONGEST_BATCH_S = 300.0
LONGEST_REBALANCE_S = 90.0  # Kafka itself gives the slowest member of a group 30 s


class LaneConsumer(ConsumerRebalanceListener):  # type: ignore[misc] # aiokafka has no types
    """Fetches, has the runner handle, commits; drains before a partition goes elsewhere."""

    def __init__(self, runner: Runner, broker: KafkaBroker, settings: Settings) -> None:
        self.runner = runner
        self.stage = runner.stage
        self.lane = runner.lane
        self.lock = asyncio.Lock()
        self.revoked_at: float | None = None
        self.failed: str | None = None
        self.busy_since: float | None = None
        self.failures = 0
        self.idle_since = 0.0
        self.commit_hangs_since: float | None = None
        self.assigned: set[TopicPartition] = set()
        self._committed: dict[TopicPartition, int] = {}
        self.subscriber: Any = broker.subscriber(
            *self.stage.sources(self.lane),
            group_id=self.stage.group(self.lane),
            max_records=settings.batch,
            batch_timeout_ms=settings.batch_wait_ms,
            listener=self,
            **SUBSCRIBING | gathering(self.stage, self.lane),
        )
        self.subscriber(self.handle)

    @property
    def lost(self) -> bool:
        """Whether the batch under way must be given up."""
        return self.revoked_at is not None

    def droppable(self, trigger: Trigger) -> bool:
        """Whether this consumer has committed past that trigger's offset."""
        mine = trigger.group == self.stage.group(self.lane)
        place = TopicPartition(trigger.topic, trigger.partition)
        return mine and trigger.offset < self._committed.get(place, 0)

    async def handle(self, message: KafkaMessage) -> None:
        """Handle one fetch. What escapes rewinds it, after a second: never skipped, never hot."""
        if self.failed:
            await asyncio.sleep(STOPPED_S)
            raise NackMessage
        async with self.lock:
            try:
                await self._batch(message)
            except (PartitionLostError, IllegalStateError):
                self.runner.settling.patience.forget()
                log.warning("batch given up", stage=self.stage.name, lane=self.lane)
                raise NackMessage from None
            except BadDeployError as error:
                self._stop_for_good(error.slug, error_class=type(error.__cause__).__name__)
                raise NackMessage from None
            except Exception:
                self.failures += 1
                log.exception("batch failed", stage=self.stage.name, lane=self.lane)
                await asyncio.sleep(1)
                raise

    async def _batch(self, message: KafkaMessage) -> None:
        records: Sequence[Any] = message.raw_message
        self.busy_since = started = time.monotonic()
        try:
            self._note_positions(records)
            await self.runner.run(records, self)
            await self._commit(records)
            message.committed = AckStatus.ACKED
            message.raw_message = ()  # the framework's message refers to itself, and so keeps it
            self.failures = 0
        finally:
            self.busy_since, self.idle_since = None, time.monotonic()
            BATCH_SECONDS.labels(*self._labels).observe(time.monotonic() - started)
            LAST_LOOP.labels(*self._labels).set_to_current_time()

    @property
    def _labels(self) -> tuple[str, str]:
        return self.stage.name, self.lane

    def _note_positions(self, records: Sequence[Any]) -> None:
        # A consumer starts at its committed offset, so what lies before the first record that a
        # partition gives it was committed.
        firsts = {(r.topic, r.partition): r.offset for r in reversed(records)}
        for place, offset in firsts.items():
            self._committed.setdefault(TopicPartition(*place), offset)
        BATCH.labels(*self._labels).observe(len(records))
        oldest = min(record.timestamp for record in records) / 1000
        OLDEST.labels(*self._labels).set(max(0.0, time.time() - oldest))

    async def _commit(self, records: Sequence[Any]) -> None:
        lasts = {(r.topic, r.partition): r.offset for r in records}
        offsets = {TopicPartition(*place): offset + 1 for place, offset in lasts.items()}
        hit("stage.before_commit", self.stage.name)
        try:
            async with asyncio.timeout(COMMIT_S):
                await self.subscriber.consumer.commit(offsets)
        except TimeoutError:
            self.commit_hangs_since = self.commit_hangs_since or time.monotonic()
            raise
        self.commit_hangs_since = None
        hit("stage.after_commit", self.stage.name)
        self._committed.update(offsets)
        OLDEST.labels(*self._labels).set(0)

    def _stop_for_good(self, reason: str, **known: str) -> None:
        self.failed = reason
        log.error("consumer stopped", stage=self.stage.name, lane=self.lane, reason=reason, **known)
        task = asyncio.get_running_loop().create_task(self.subscriber.stop())
        task.add_done_callback(lambda _: None)

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        """Let the batch under way finish, 20 s at most; a waiting one gives up at once."""
        self.revoked_at = time.monotonic()
        try:
            async with asyncio.timeout(DRAIN_S), self.lock:
                pass
        except TimeoutError:
            log.warning("drain took too long", stage=self.stage.name, lane=self.lane)
        for place in revoked:
            self._committed.pop(place, None)
        self.assigned -= set(revoked)

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """Take partitions over; what is committed there is learnt from the first record."""
        self.revoked_at = self.commit_hangs_since = None
        self.idle_since = time.monotonic()
        self.assigned = set(assigned)
        log.info("partitions assigned", stage=self.stage.name, lane=self.lane, count=len(assigned))

    def unready(self, away_s: float) -> str | None:
        """Why this consumer makes no progress; None while it does."""
        since = self.runner.settling.patience.since
        if since and time.monotonic() - since > away_s:
            return "server_away"
        return self.failed or ("batch_fails" if self.failures >= FAILURES else None)

    def stuck(self) -> str | None:
        """Why this consumer's loop no longer moves; None while it does."""
        if self.busy_since and time.monotonic() - self.busy_since > LONGEST_BATCH_S:
            waiting = self.runner.settling.patience.since is not None
            return None if waiting else "batch_hangs"
        hangs = self.commit_hangs_since
        if hangs and time.monotonic() - hangs > LONGEST_HANG_S:
            return "commit_hangs"
        if not self.failed and ended_for_good(getattr(self.subscriber, "tasks", ())):
            return "loop_ended"
        if dead := dead_task(self.subscriber.consumer):
            return dead
        if self.revoked_at and time.monotonic() - self.revoked_at > LONGEST_REBALANCE_S:
            return "rebalance_hangs"
        return "fetch_hangs" if self._fetch_hangs() else None

    def _fetch_hangs(self) -> bool:
        """Whether an idle consumer has had no answer for a partition, not even an empty one."""
        if self.failed or self.busy_since or time.monotonic() - self.idle_since < LONGEST_IDLE_S:
            return False
        old, consumer = (time.time() - LONGEST_IDLE_S) * 1000, self.subscriber.consumer
        try:
            return any((consumer.last_poll_timestamp(p) or 0) < old for p in self.assigned)
        except (IllegalStateError, AttributeError):
            return False  # between two assignments

    async def measure(self) -> None:
        """Set the lag gauges from what the consumer knows."""
        consumer = self.subscriber.consumer
        for place in list(self.assigned):
            try:
                end = consumer.highwater(place)
            except (KafkaError, IllegalStateError, AttributeError):
                continue
            if end is not None:
                lag = max(0, end - self._committed.get(place, end))
                LAG.labels(*self._labels, place.topic, str(place.partition)).set(lag)
        LAST_LOOP.labels(*self._labels).set_to_current_time()
