"""The door: an input from outside is stored, answered, and then produced by the relay."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.decider import Context, Decider, State
from shared.envelope import Envelope, make, write
from shared.errors import KeyMissingError, RedressError
from shared.events.base import Event, Input, Lane
from shared.events.intake import ComplaintSubmitted
from shared.failpoint import hit
from shared.http.errors import ProblemError
from shared.metrics import ACCEPTED
from shared.pipeline import Stage
from shared.policy import Policy
from shared.runner.keys import Keyring
from shared.runner.ports import InputRow, Inputs, Log, Store
from shared.runner.relay import LEFT_OVER_S, Relay
from shared.runner.traced import noted_input
from shared.sealed import seal
from shared.tracing.waiting import SPANS


class KeyReusedError(RedressError):
    """The idempotency key was used before, for something else."""

    slug = "idempotency_key_reused"


@dataclass(frozen=True, slots=True)
class Request:
    """Makes an input idempotent: the same `id` and `fingerprint` give the stored answer.

    With `window`, a row that was produced and is older than that counts as absent.
    """

    id: str
    fingerprint: str
    answer: dict[str, Any]
    window: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """What the door answers; `replayed` when the same request came before."""

    event_id: str
    answer: dict[str, Any]
    replayed: bool = False


class Door:
    """One stage's entrance. Kafka may be away; MongoDB may not."""

    def __init__(  # noqa: PLR0913 - the parts it is wired from
        self,
        stage: Stage,
        decider: Decider[Any],
        store: Store,
        inputs: Inputs,
        log_: Log,
        keyring: Keyring,
        *,
        policy: Policy,
    ) -> None:
        self.stage = stage
        self.decider = decider
        self.store = store
        self.inputs = inputs
        self.keyring = keyring
        self.policy = policy
        self._relay = Relay(stage, inputs, log_)

    async def accept(
        self,
        data: Input,
        *,
        complaint: str,
        actor: str = "customer",
        lane: Lane = "normal",
        request: Request | None = None,
    ) -> Accepted:
        """Store an input for good.

        With nothing kept it raises KeyReusedError, TransientError, or ProblemError 404 where the
        complaint has no key: none was ever received under this id.
        """
        id_ = request.id if request else str(uuid.uuid4())
        there = await self.inputs.get(id_) if request else None
        if there is not None and request and not _outdated(there, request):
            return _again(there, request)
        # A row that outlived its window is replaced: its id stays, the event's must not.
        event = id_ if there is None else str(uuid.uuid4())
        started = time.time_ns()
        envelope = await self._sealed(data, complaint, event, actor=actor, lane=lane)
        row = InputRow(
            id_,
            event,
            complaint,
            lane,
            write(envelope),
            request.fingerprint if request else "",
            request.answer if request else {},
            datetime.now(UTC),
        )
        accepted = await self._store(row, there, request)
        noted_input(envelope, started)
        return accepted

    async def _sealed(
        self, data: Input, complaint: str, event: str, *, actor: str, lane: Lane
    ) -> Envelope:
        new = isinstance(data, ComplaintSubmitted)
        with _keys_asked_for():
            key = await (self.keyring.create(complaint) if new else self.keyring.key(complaint))
        envelope = make(
            data,
            id=event,
            stage=self.stage.name,
            complaint=complaint,
            time=datetime.now(UTC),
            lane=lane,
            actor=actor,
            traceparent=SPANS.traceparent(complaint, event, lane),
        )
        seal(data, key, event)
        return envelope

    async def _store(
        self, row: InputRow, old: InputRow | None, request: Request | None
    ) -> Accepted:
        hit("door.before_insert")
        there = await (self.inputs.replace(old, row) if old else self.inputs.insert(row))
        if there is not None and request:
            return _again(there, request)
        hit("door.after_insert")
        ACCEPTED.labels(self.stage.name).inc()
        self._relay.offer(row)
        return Accepted(row.event_id, row.answer)

    async def earlier(self, request: Request) -> Accepted | None:
        """What the same request was answered before. Raises KeyReusedError, TransientError."""
        there = await self.inputs.get(request.id)
        if there is None or _outdated(there, request):
            return None
        return _again(there, request)

    async def state(self, complaint: str) -> State | None:
        """A fresh read of what the stage knows, personal values unlocked; None if nothing."""
        documents = await self.store.find([complaint])
        if complaint not in documents:
            return None
        states: list[State] = await self.keyring.read(
            self.decider.state, [documents[complaint].state]
        )
        return states[0]

    async def rehearse(self, complaint: str, data: Input, actor: str) -> list[Event]:
        """What the stage would decide now; nothing is stored. Raises ProblemError as `accept`."""
        state = await self.state(complaint) or self.decider.state()
        context = Context(datetime.now(UTC), self.policy, complaint, str(uuid.uuid4()), actor)
        with _keys_asked_for():
            return self.decider.decide(state, data, context)

    async def relay(self, left_over_s: float = LEFT_OVER_S) -> None:
        """Produce what was accepted until cancelled; see Relay."""
        await self._relay.run(left_over_s)

    async def send(self, rows: Sequence[InputRow]) -> None:
        """Produce inputs and mark them as sent."""
        await self._relay.send(rows)


@contextmanager
def _keys_asked_for() -> Iterator[None]:
    try:
        yield
    except KeyMissingError as error:
        raise ProblemError(404, error.slug, "This complaint has no key.") from error


def _outdated(there: InputRow, request: Request) -> bool:
    if request.window is None or not there.sent:
        return False
    return datetime.now(UTC) - there.accepted_at > request.window


def _again(there: InputRow, request: Request) -> Accepted:
    if there.fingerprint != request.fingerprint:
        raise KeyReusedError
    return Accepted(there.event_id, there.answer, replayed=True)
