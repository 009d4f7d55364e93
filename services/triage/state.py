"""What triage knows of a complaint: what it is, how urgent, whose, and which clocks run."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import AwareDatetime, Field, computed_field, model_validator

from services.triage.clocks import state as clocks
from services.triage.clocks.running import ACKNOWLEDGE, Clocked, parts_of
from services.triage.labels import state as labels
from services.triage.merging import state as merging
from services.triage.problems import state as problems
from services.triage.taking import state as taking
from services.triage.taking.state import offered, seeking
from shared.decider import EvolveRule
from shared.envelope import Envelope
from shared.events.base import DueItem, Event, Priority
from shared.events.triage import (
    AssignmentDeferred,
    CaseAssigned,
    CaseClassified,
    CaseEscalated,
    CaseReopened,
    CaseSettled,
    ContactNoted,
    CustomerAwaited,
    IdentityNoted,
    PriorityChanged,
)
from shared.policy import MOST_OF_CUSTOMER

UNPROVED = "L0"


class TriageState(problems.Grouped, merging.Merged, labels.Labelled, Clocked):
    """`moved` is the last event that a person must have seen before asking for anything.

    `open`: the assignee has something to do, so the case counts as load. `settled` is the highest
    level at which nobody has anything to do any more. `handled` holds each assignee so far with
    the level they had the case at, `raised` why rules made it more urgent. `complaints_at` is when
    the customer's others were classified, `contacts` when they wrote unasked, `asked_at` when we
    wrote what they have not answered yet, `answered_at` when they last did. `proved` is how surely
    they showed to hold an account, `identity` the same of `user_id`.
    """

    moved: int = 0
    awaited: bool = False
    user_id: str | None = None
    identity: str = UNPROVED
    proved: dict[str, str] = Field(default_factory=dict)
    classified: bool = False
    language: str = "und"
    channel: str | None = None
    priority: Priority = "P4"
    raised: tuple[str, ...] = ()
    emergency: bool = False
    settled: int = 0
    handled: dict[str, int] = Field(default_factory=dict)
    complaints_at: tuple[AwareDatetime, ...] = ()
    contacts: tuple[AwareDatetime, ...] = ()
    asked_at: AwareDatetime | None = None
    answered_at: AwareDatetime | None = None

    def proof_of(self, user_id: str | None) -> str:
        """How surely the customer showed to hold the account: the best proof, whenever it came."""
        of_case = self.identity if user_id == self.user_id else UNPROVED
        return max(of_case, self.proved.get(user_id or "", UNPROVED))

    def proving(self, user_id: str | None, level: str) -> dict[str, Any]:
        """What changes where this is the account; a proof is never taken away."""
        best = max(level, self.proof_of(user_id))
        known = [*self.proved.items(), (self.user_id, self.identity), (user_id, best)]
        proved = {who: proof for who, proof in known if who and proof > UNPROVED}
        return {"user_id": user_id, "identity": best, "proved": proved}

    @model_validator(mode="before")
    @classmethod
    def _counted_before(cls, stored: Any) -> Any:
        """A state of before held how many complaints there were: they count as old as the case."""
        since, others = stored.get("classified_at"), stored.get("complaints", 1) - 1
        return {"complaints_at": (since,) * others, **stored} if since else stored

    @property
    def pressing(self) -> bool:
        """Whether the case waits for no shift: P1 and P2."""
        return self.priority <= "P2"

    @computed_field  # type: ignore[prop-decorator] # mypy knows no decorated property
    @property
    def stands(self) -> Literal["unknown", "waiting", "assigned", "merged", "settled"]:
        """Where the case is in the queue."""
        if not self.classified or self.over:
            return "settled" if self.classified else "unknown"
        if self.merged_into:
            return "merged"
        return "waiting" if self.assignee is None else "assigned"

    @property
    def over(self) -> bool:
        """Whether nothing is left to do at the present level."""
        return self.settled >= self.level

    @property
    def excluded(self) -> frozenset[str]:
        """Who had the case at a lower level, and so must not judge their own work."""
        return frozenset(who for who, level in self.handled.items() if level < self.level)

    @property
    def barred(self) -> frozenset[str]:
        """Who must not have the case at its level."""
        return self.excluded.union(self.conflicted)


def on_identity_noted(state: TriageState, data: IdentityNoted, event: Envelope) -> TriageState:
    """The account, for an escalation that may follow."""
    return state.model_copy(update=state.proving(data.user_id, data.level))


def on_customer_awaited(state: TriageState, data: CustomerAwaited, event: Envelope) -> TriageState:
    """The clocks will start at the answer."""
    return state.model_copy(update={"awaited": True})


def on_contact_noted(state: TriageState, data: ContactNoted, event: Envelope) -> TriageState:
    """The customer wrote once more: another complaint, a word about this one, an answer."""
    if data.kind != "contact":
        open_, said = (data.at, {}) if data.kind == "question" else (None, {"answered_at": data.at})
        return state.model_copy(update={"asked_at": open_, **said})
    if data.complaints:
        others = data.complained_at or (data.at,) * (data.complaints - 1)
        return state.model_copy(update={"complaints_at": others})
    latest = (*state.contacts, data.at)[-MOST_OF_CUSTOMER:]
    return state.model_copy(update={"contacts": latest})


def on_case_classified(state: TriageState, data: CaseClassified, event: Envelope) -> TriageState:
    """A classified case needs an assignee, unless it was settled before."""
    told = {"category", "language", "channel", "priority", "team", "emergency"}
    changes: dict[str, Any] = data.model_dump(include=told)
    changes |= state.proving(data.user_id, data.identity)
    changes |= {"classified": True, "moved": event.sequence}
    if len(data.points) > 1:
        changes["points"] = tuple(point.category for point in data.points)
    changes |= {"alike": problems.alike(data), "classified_at": event.time}
    state = state.model_copy(update=changes)
    return state if state.over else offered(state, event)


def on_case_escalated(state: TriageState, data: CaseEscalated, event: Envelope) -> TriageState:
    """Resolution was told whose account to freeze, or that nobody knows whose."""
    proved = state.proving(data.user_id, data.identity)
    state = state.model_copy(update={"emergency": True, **proved})
    return _pressed(state, event)


def on_case_assigned(state: TriageState, data: CaseAssigned, event: Envelope) -> TriageState:
    """The case has an owner; nobody else is looked for."""
    changes = {
        "assignee": data.assignee,
        "open": True,
        "handled": {**state.handled, data.assignee: data.level},
        "due": state.without(f"assign:{data.level}", f"{taking.LEASE}{data.level}"),
        "moved": event.sequence,
    }
    changes |= {"queue": None, "lease": None}
    return state.model_copy(update=changes)


def on_assignment_deferred(
    state: TriageState, data: AssignmentDeferred, event: Envelope
) -> TriageState:
    """Somebody is looked for again later; until then whoever asks may take it."""
    waiting = state.model_copy(update={"queue": taking.queue_of(data.team, data.level)})
    return seeking(waiting, event, data.again_at)


def on_priority_changed(state: TriageState, data: PriorityChanged, event: Envelope) -> TriageState:
    """How urgent it is now."""
    raised = state.raised if data.staff else (*state.raised, data.reason)
    changes = {"priority": data.priority, "raised": raised, "moved": event.sequence}
    return _pressed(state.model_copy(update=changes), event)


def _pressed(state: TriageState, event: Envelope) -> TriageState:
    """What waits in a queue until later is looked at again now, if it must not wait."""
    return seeking(state, event) if state.waiting and state.pressing else state


def on_case_reopened(state: TriageState, data: CaseReopened, event: Envelope) -> TriageState:
    """The next level starts without an owner; what the law sets runs on."""
    state = clocks.without(state, event, lambda _, clock: clock.kind == "statutory")
    changes: dict[str, Any] = {"level": data.level, "moved": event.sequence}
    changes |= {"assignee": None, "open": False, "queue": None, "lease": None, "declined": ()}
    state = state.model_copy(update={**changes, "due": _left(state)})
    return offered(state, event) if state.classified and not state.over else state


def on_case_settled(state: TriageState, data: CaseSettled, event: Envelope) -> TriageState:
    """Nobody is looked for and no clock runs any more.

    The acknowledgement of a decided case may still be on its way to us.
    """
    last = ACKNOWLEDGE if data.reason == "decided" else None
    state = merging.settled(state, event)
    state = clocks.without(state, event, lambda name, _: parts_of(name)[0] == last)
    changes = {"settled": data.level, "open": False, "due": _left(state)}
    changes |= {"queue": None, "lease": None}
    return state.model_copy(update={**changes, "moved": event.sequence})


def _left(state: TriageState) -> dict[str, DueItem]:
    return {**state.telling, **state.merge_news, **clocks.timers(state)}


EVOLVE: Mapping[type[Event], EvolveRule] = {
    **clocks.EVOLVE,
    **labels.EVOLVE,
    **merging.EVOLVE,
    **problems.EVOLVE,
    **taking.EVOLVE,
    IdentityNoted: on_identity_noted,
    CustomerAwaited: on_customer_awaited,
    ContactNoted: on_contact_noted,
    CaseClassified: on_case_classified,
    CaseEscalated: on_case_escalated,
    CaseAssigned: on_case_assigned,
    AssignmentDeferred: on_assignment_deferred,
    PriorityChanged: on_priority_changed,
    CaseReopened: on_case_reopened,
    CaseSettled: on_case_settled,
}
