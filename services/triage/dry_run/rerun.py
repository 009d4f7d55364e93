"""One complaint decided again under a policy. Pure.

What other stages decided, what people asked for and what outside work found stays as recorded;
timers are no record but the policy's own, so they fire here at the instants they are set to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from services.triage.decide import DECIDER
from services.triage.dry_run.recorded import TRIAGE, Told
from services.triage.state import TriageState
from shared.decider import Context
from shared.envelope import Envelope, event_id, make
from shared.events.base import DueItem, Event, Input, Result, StaffCommand, TimerElapsed
from shared.events.triage import TriageLaneRaised
from shared.policy import Policy

MOST_TIMERS = 10_000


@dataclass
class Outcome:
    """What became of a complaint: each value it had, in order; deadlines by clock and level.

    `failed` names the error that parked it.
    """

    category: list[str] = field(default_factory=list)
    priority: list[str] = field(default_factory=list)
    team: list[str] = field(default_factory=list)
    deadlines: dict[str, datetime] = field(default_factory=dict)
    failed: str = ""

    def see(self, state: TriageState) -> None:
        """Note what the case is now."""
        if state.classified:
            for values, value in (
                (self.category, state.category),
                (self.priority, state.priority),
                (self.team, state.team),
            ):
                if not values or values[-1] != value:
                    values.append(value)
        for name, clock in state.clocks.items():
            self.deadlines[name] = clock.due_at


def rerun(complaint: str, told: Iterable[Told], policy: Policy, until: datetime) -> Outcome:
    """Tell triage the same again under `policy`, and let time pass up to `until`."""
    again = _Rerun(complaint, policy)
    try:
        for one in told:
            again.elapse(one.now)
            again.take(one)
        again.elapse(until)
    except Exception as error:  # noqa: BLE001 - whatever a rule raises parks the complaint
        again.outcome.failed = getattr(error, "slug", type(error).__name__)
    return again.outcome


class _Rerun:
    def __init__(self, complaint: str, policy: Policy) -> None:
        self.complaint = complaint
        self.policy = policy
        self.state = DECIDER.state()
        self.outcome = Outcome()
        self._fired: set[str] = set()
        self._envelope: Envelope | None = None

    def elapse(self, until: datetime) -> None:
        """Fire the timers that come due up to `until`, each at its own instant."""
        for _ in range(MOST_TIMERS):
            timer = min(self._timers(until), key=lambda item: (item.at, item.key), default=None)
            if timer is None:
                return
            self._fired.add(cause := f"{timer.event}|{timer.key}")
            data = TimerElapsed(key=timer.key, put_by=timer.event)
            self._decide(data, Context(timer.at, self.policy, self.complaint, cause))

    def _timers(self, until: datetime) -> list[DueItem]:
        return [
            item
            for item in self.state.due.values()
            if item.kind == "timer"
            and item.at <= until
            and item.after not in self.state.due
            and f"{item.event}|{item.key}" not in self._fired
        ]

    def take(self, told: Told) -> None:
        """Decide one record again; a recorded timer has fired at its own instant."""
        envelope, data = told.envelope, self._again(told)
        if data is None:
            return
        actor = envelope.actor if isinstance(data, Input) else "system"
        why = (self.complaint, envelope.id, actor, envelope.time)
        context = Context(told.now, self.policy, *why)
        if envelope.lane == "express" and self.state.lane == "normal":
            self._fold(TriageLaneRaised(reason=f"{envelope.stage} raised it"), context, -1)
        self._decide(data, context)

    def _again(self, told: Told) -> Event | Input | None:
        """The record as the present state takes it: ids and sequences are this run's own."""
        data: Event | Input = told.envelope.data
        if isinstance(data, TimerElapsed):
            return None
        if isinstance(data, Result):
            item = self.state.due.get(data.key)
            known = item is not None and told.gave
            return data.model_copy(update={"put_by": item.event}) if item and known else None
        if isinstance(data, StaffCommand) and told.gave and not told.refused:
            return data.model_copy(update={"expected_sequence": self.state.sequence})
        return data

    def _decide(self, data: Event | Input, context: Context) -> None:
        for index, event in enumerate(DECIDER.decide(self.state, data, context)):
            self._fold(event, context, index)

    def _fold(self, event: Event, context: Context, index: int) -> None:
        sequence = self.state.sequence + 1
        id_ = event_id(self.complaint, TRIAGE.name, sequence, context.cause, index)
        if self._envelope is None:
            self._envelope = make(
                event,
                id=id_,
                stage=TRIAGE.name,
                complaint=self.complaint,
                time=context.now,
                lane=self.state.lane,
                sequence=sequence,
            )
        # A copy takes a third of the time, and this is where a dry run spends most of it.
        changes = {"id": id_, "type": event.event_type, "time": context.now, "data": event}
        changes |= {"sequence": sequence, "lane": self.state.lane}
        self.state = DECIDER.evolve(self.state, self._envelope.model_copy(update=changes))
        self.outcome.see(self.state)
