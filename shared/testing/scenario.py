"""Given, when, then for a decider: one complaint, no servers, no event loop."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any, Generic

from shared.decider import Context, Decider, S
from shared.envelope import Envelope, event_id, make
from shared.events.base import DueItem, Event, Input, LaneRaised, TimerElapsed
from shared.pipeline import Stage
from shared.policy import load

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
COMPLAINT = "0a0a0a0a-0000-4000-8000-00000000c0de"


class Scenario(Generic[S]):
    """A stage's rules at work on one complaint.

    `when` decides and folds, and returns the new events; `state` is what the stage knows;
    `elapse` moves the clock and fires the timers that come due.
    """

    def __init__(self, stage: Stage, decider: Decider[S], policy: str = "default") -> None:
        self.stage = stage
        self.decider = decider
        self.policy = load(policy)
        self.now = START
        self.state: S = decider.state()
        self.events: list[Event] = []
        self.envelopes: list[Envelope] = []
        self._causes = 0

    def when(self, data: Event | Input, actor: str = "system") -> list[Event]:
        """Feed one input; returns what the stage decided."""
        self._causes += 1
        cause = str(uuid.uuid5(uuid.UUID(COMPLAINT), f"cause-{self._causes}"))
        context = Context(self.now, self.policy, COMPLAINT, cause, actor)
        decided = self.decider.decide(self.state, data, context)
        for index, event in enumerate(decided):
            self._fold(event, cause, index)
        return decided

    def result(self, key: str, model: type[Any], **fields: Any) -> list[Event]:
        """Answer a due item with a result of type `model`."""
        return self.when(model(key=key, put_by=self.due(key).event, **fields))

    def due(self, key: str) -> DueItem:
        """The due item of that key. Raises KeyError if the stage does not owe it."""
        return self.state.due[key]

    def hurry(self) -> None:
        """Raise the lane, as the runner does before a record that comes on the express lane."""
        if self.state.lane == "normal":
            raised = next(model for model in self.stage.emits if issubclass(model, LaneRaised))
            self._causes += 1
            cause = str(uuid.uuid5(uuid.UUID(COMPLAINT), f"cause-{self._causes}"))
            self._fold(raised(reason="triage raised it"), cause, 0)

    def elapse(self, time: timedelta) -> list[Event]:
        """Let time pass; every timer that comes due fires once, in order."""
        end, decided = self.now + time, []
        while timers := sorted(
            (i for i in self.state.due.values() if i.kind == "timer" and i.at <= end),
            key=lambda item: (item.at, item.key),
        ):
            self.now = max(self.now, timers[0].at)
            decided += self.result(timers[0].key, TimerElapsed)
        self.now = end
        return decided

    def _fold(self, event: Event, cause: str, index: int) -> None:
        sequence = self.state.sequence + 1
        envelope = make(
            event,
            id=event_id(COMPLAINT, self.stage.name, sequence, cause, index),
            stage=self.stage.name,
            complaint=COMPLAINT,
            time=self.now,
            lane=self.state.lane,
            sequence=sequence,
            causationid=cause,
        )
        self.state = self.decider.evolve(self.state, envelope)
        self.events.append(event)
        self.envelopes.append(envelope)
