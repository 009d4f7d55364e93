"""What verification knows: the facts so far, the account behind them, what was asked."""

from typing import Literal

from pydantic import Field

from services.intake.verification import rules
from shared.decider import EvolveRule, State, due
from shared.envelope import Envelope
from shared.events.base import ComplaintFacts, Event
from shared.events.verification import (
    AdmissibilityDecided,
    IdentityFailed,
    IdentityLevel,
    IdentityVerified,
    InfoDeadlinePassed,
    InfoProvided,
    InfoReminded,
    InfoRequested,
    VerificationStarted,
    VerificationStopped,
)

ACCOUNT, DEADLINE = "account", "deadline"


def reminder_key(number: int) -> str:
    """The key of a reminder's timer."""
    return f"reminder:{number}"


class VerificationState(State):
    """`facts` hold all that was supplied so far; `early` came before there were any.

    `user_id` is the account that the directory found; `differs`: the contact belongs to another
    account than the one named; `confirmed`: the customer said the user id again. `session` is the
    account that the complaint, or the last facts, came signed in to; `signalled`: the exchange
    opened the case. `proof` is what `identity` rests on. `extra` was asked by a person, beyond what
    the category needs. `emergency`: the later stages were told.
    """

    facts: ComplaintFacts | None = None
    early: dict[str, str] = Field(default_factory=dict)
    user_id: str | None = None
    identity: IdentityLevel = "L0"
    differs: bool = False
    confirmed: bool = False
    session: str | None = None
    signalled: bool = False
    proof: str | None = None
    asked: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    emergency: bool = False
    ended: Literal["decided", "inadmissible", "withdrawn"] | None = None

    @property
    def waits(self) -> bool:
        """Whether a request is open."""
        return DEADLINE in self.due

    def timers(self) -> tuple[str, ...]:
        """The keys of all that waits for an instant."""
        return tuple(key for key, item in self.due.items() if item.kind == "timer")


def on_started(
    state: VerificationState, data: VerificationStarted, event: Envelope
) -> VerificationState:
    """The facts are there; their account is looked up."""
    owed = state.owing(due(event, ACCOUNT, "look_up_account"))
    told = {"session": data.session, "signalled": data.signalled}
    return state.model_copy(update={"facts": data.facts, "early": {}, "due": owed, **told})


def on_identity_verified(
    state: VerificationState, data: IdentityVerified, event: Envelope
) -> VerificationState:
    """One account fits."""
    update = {
        "user_id": data.user_id,
        "identity": data.level,
        "proof": data.proof,
        "facts": rules.with_held(state.facts, data.held),
        "differs": False,
        "due": state.without(ACCOUNT),
    }
    return state.model_copy(update=update)


def on_identity_failed(
    state: VerificationState, data: IdentityFailed, event: Envelope
) -> VerificationState:
    """No account fits."""
    update = {
        "user_id": None,
        "identity": "L0",
        "proof": None,
        "differs": data.reason == "contact_differs",
        "due": state.without(ACCOUNT),
    }
    return state.model_copy(update=update)


def on_requested(
    state: VerificationState, data: InfoRequested, event: Envelope
) -> VerificationState:
    """The customer was asked; reminders and the deadline wait."""
    reminders = [
        due(event, reminder_key(number), "timer", at)
        for number, at in enumerate(data.reminders_at, 1)
    ]
    deadline = due(event, DEADLINE, "timer", data.deadline_at)
    extra = data.items if data.staff else ()
    update = {"asked": data.items, "extra": extra, "due": state.owing(*reminders, deadline)}
    return state.model_copy(update=update)


def on_reminded(state: VerificationState, data: InfoReminded, event: Envelope) -> VerificationState:
    """This reminder is done."""
    return state.model_copy(update={"due": state.without(reminder_key(data.reminder))})


def on_provided(state: VerificationState, data: InfoProvided, event: Envelope) -> VerificationState:
    """More is known; another user id has to be looked up."""
    if state.facts is None:
        return state.model_copy(update={"early": {**state.early, **data.supplied}})
    facts = rules.completed(state.facts, data.supplied)
    owed = state.due
    if facts.user_id != state.facts.user_id:
        owed = state.owing(due(event, ACCOUNT, "look_up_account"))
    confirmed = state.confirmed or "user_id" in data.supplied
    if state.ended and all(item in data.supplied for item in _open(state)):
        owed = {key: item for key, item in owed.items() if key not in state.timers()}
    news = {"facts": facts, "confirmed": confirmed, "due": owed}
    return state.model_copy(update={**news, "session": data.session or state.session})


def _open(state: VerificationState) -> tuple[str, ...]:
    """What a person asked and nobody has answered yet."""
    return tuple(item for item in state.extra if not getattr(state.facts, item))


def on_deadline_passed(
    state: VerificationState, data: InfoDeadlinePassed, event: Envelope
) -> VerificationState:
    """Nothing is waited for any more."""
    return state.model_copy(update={"extra": (), "due": state.without(*state.timers())})


def on_decided(
    state: VerificationState, data: AdmissibilityDecided, event: Envelope
) -> VerificationState:
    """Decided; a look-up under way still tells the later stages who it is.

    An emergency told after the decision leaves the timers of a person's question alone.
    """
    update = {
        "ended": "decided" if data.admissible else "inadmissible",
        "emergency": state.emergency or data.emergency,
        "due": state.due if state.ended else state.without(*state.timers()),
    }
    return state.model_copy(update=update)


def on_stopped(
    state: VerificationState, data: VerificationStopped, event: Envelope
) -> VerificationState:
    """Taken back: nothing is owed."""
    return state.model_copy(update={"ended": "withdrawn", "due": {}})


EVOLVE: dict[type[Event], EvolveRule] = {
    VerificationStarted: on_started,
    IdentityVerified: on_identity_verified,
    IdentityFailed: on_identity_failed,
    InfoRequested: on_requested,
    InfoReminded: on_reminded,
    InfoProvided: on_provided,
    InfoDeadlinePassed: on_deadline_passed,
    AdmissibilityDecided: on_decided,
    VerificationStopped: on_stopped,
}
