"""What resolution knows of a complaint: effects, the proposal at hand, decisions, the end."""

from datetime import datetime
from typing import Literal, Self

from pydantic import AwareDatetime, Field

from shared.decider import State
from shared.envelope import Envelope
from shared.events.base import DueItem, Model, Priority
from shared.events.investigation import RemedyProposed
from shared.events.resolution import Body, CaseNoted, EffectRequested, Outcome

UNPROVED = "L0"
UNLOCK = "unlock:"
EffectStatus = Literal["requested", "verified", "failed"]


class Effect(Model):
    """An action as it was requested, and what became of it."""

    order: EffectRequested
    status: EffectStatus = "requested"


class Approval(Model):
    """Approvals that are awaited, and who has given one; `reason` is why they are needed.

    `role` is the one that still must be among them.
    """

    proposal_id: str
    needed: int
    proposed_by: str
    reason: str = "unfreeze"
    role: str | None = None
    given: tuple[str, ...] = ()


class Decision(Model):
    """A decision that was made; `made_at` starts the time for an appeal."""

    decision_id: str
    level: int
    outcome: Outcome
    finding: str
    cause: str
    made_at: AwareDatetime
    contested: bool = False
    appealed: bool = False
    rated: bool = False
    proposed_by: str | None = None
    callback: Literal["asked", "made"] | None = None


class ReviewAction(Model):
    """What a review led to; its effect is counted from `since` over `done_at` to `until`."""

    action_id: str
    owner: str
    against: str
    since: AwareDatetime | None = None
    done_at: AwareDatetime | None = None
    until: AwareDatetime | None = None
    measured: bool = False


class ResolutionState(State):
    """The fold of resolution's own events.

    `moved` is the last event that a person must have seen before asking for anything; `plan`
    holds the effects of `proposal`, `proposals` the ids of all that were taken up, `reviewed`
    the triggers of the reviews on record. `proved` is how surely the customer showed to hold an
    account; `held`: the proposal waits for more.
    """

    moved: int = 0
    user_id: str | None = None
    priority: Priority | None = None
    breached: bool = False
    proved: dict[str, str] = Field(default_factory=dict)
    held: bool = False
    no_account: bool = False
    effects: tuple[Effect, ...] = ()
    proposal: RemedyProposed | None = None
    plan: tuple[EffectRequested, ...] = ()
    proposals: tuple[str, ...] = ()
    approvals: tuple[Approval, ...] = ()
    level: int = 1
    decisions: tuple[Decision, ...] = ()
    withdrawn: bool = False
    closed: Outcome | Literal["withdrawn"] | None = None
    closed_at: AwareDatetime | None = None
    reviewed: tuple[str, ...] = ()
    actions: tuple[ReviewAction, ...] = ()
    referred: Body | None = None
    decided_outside: bool = False

    @property
    def at_hand(self) -> str | None:
        """The id of the proposal that is being carried out or waits for people."""
        return None if self.proposal is None else self.proposal.proposal_id

    def dropping(self, proposal_id: str | None) -> Self:
        """The state without that proposal and without the approvals it waits for."""
        gone = {"proposal": None, "plan": (), "held": False} if proposal_id == self.at_hand else {}
        waiting = tuple(a for a in self.approvals if a.proposal_id != proposal_id)
        return self.model_copy(update={**gone, "approvals": waiting})

    def noting(self, note: CaseNoted) -> Self:
        """The state with what triage said; a proof is never taken away."""
        level, proved = note.identity or UNPROVED, self.proved
        if note.user_id and level > self.proof_of(note.user_id):
            proved = {**proved, note.user_id: level}
        return self.model_copy(
            update={
                "proved": proved,
                "user_id": note.user_id or self.user_id,
                "priority": note.priority or self.priority,
                "breached": note.breached or self.breached,
            }
        )

    def proof_of(self, user_id: str) -> str:
        """How surely the customer showed to hold the account."""
        return self.proved.get(user_id, UNPROVED)

    def marked(self, decision_id: str, **marks: object) -> Self:
        """The state with marks on one decision."""
        decisions = tuple(
            d.model_copy(update=marks) if d.decision_id == decision_id else d
            for d in self.decisions
        )
        return self.model_copy(update={"decisions": decisions})

    def seen(self, event: Envelope) -> Self:
        """The state after an event that a person must have seen."""
        return self.model_copy(update={"moved": event.sequence})

    def effect(self, key: str) -> Effect | None:
        """The latest request under a key; a key is requested again only after it failed."""
        return next((e for e in reversed(self.effects) if e.order.key == key), None)

    def order(self, key: str) -> EffectRequested:
        """What was requested under a key. Raises KeyError where nothing was."""
        return {e.order.key: e.order for e in self.effects}[key]

    def keys(self, status: EffectStatus) -> tuple[str, ...]:
        """The keys of the effects that stand so."""
        return tuple(e.order.key for e in self.effects if e.status == status)

    def frozen(self, now: datetime) -> frozenset[tuple[str, str]]:
        """Account and scope of every freeze of this case that neither ran out nor was lifted."""
        pairs: set[tuple[str, str]] = set()
        for order in (e.order for e in self.effects if e.status != "failed"):
            named = {(order.user_id, scope) for scope in order.scope}
            if order.action == "unfreeze":
                pairs -= named
            elif order.expires_at is None or order.expires_at > now:
                pairs |= named
        return frozenset(pairs)

    def locks(self, user_id: str | None = None) -> dict[str, DueItem]:
        """The waits that lift withdrawals when they are over, by the key of the timer."""
        items = {key: item for key, item in self.due.items() if key.startswith(UNLOCK)}
        named = user_id is None
        return {k: i for k, i in items.items() if named or i.arguments["user_id"] == user_id}

    def locked(self) -> frozenset[str]:
        """The accounts whose withdrawals wait so."""
        return frozenset(str(item.arguments["user_id"]) for item in self.locks().values())

    def approval(self, proposal_id: str) -> Approval | None:
        """The approvals awaited for a proposal."""
        return next((a for a in self.approvals if a.proposal_id == proposal_id), None)

    def decision(self, decision_id: str) -> Decision | None:
        """The decision of that id."""
        return next((d for d in self.decisions if d.decision_id == decision_id), None)

    def action(self, action_id: str) -> ReviewAction | None:
        """The action of that id."""
        return next((a for a in self.actions if a.action_id == action_id), None)
