"""Verification's rules: who it is, one request for all that is missing, then a decision."""

from typing import cast

from services.intake.verification import rules
from services.intake.verification.state import ACCOUNT, DEADLINE, EVOLVE, VerificationState
from shared.decider import Context, Decider, DecideRule
from shared.events.base import ComplaintFacts, Event, Input, TimerElapsed
from shared.events.intake import ComplaintReceived, ComplaintWithdrawn, MessageReceived
from shared.events.verification import (
    AccountLookedUp,
    AdmissibilityDecided,
    IdentityFailed,
    IdentityLevel,
    IdentityVerified,
    InadmissibleRefused,
    InadmissibleSubmitted,
    InfoDeadlinePassed,
    InfoProvided,
    InfoReminded,
    InfoRequested,
    VerificationStarted,
    VerificationStopped,
)

MAY_DECIDE = frozenset({"agent", "supervisor", "admin"})


def on_complaint_received(
    state: VerificationState, data: ComplaintReceived, context: Context
) -> list[Event]:
    """Note the facts and look the account up; an emergency waits for nothing."""
    if state.facts or state.ended:
        return []
    found = rules.unknown_yet(data.facts, rules.recognise(rules.words_of(data.facts)))
    facts = rules.completed(data.facts, {**found, **state.early})
    emergency = data.funds_in_danger or state.lane == "express"
    started = VerificationStarted(facts=facts, funds_in_danger=emergency)
    if not emergency:
        return [started]
    after = state.model_copy(update={"facts": facts})
    return [started, _admitted(after, facts, _missing(after, context), emergency=True)]


def on_account_looked_up(
    state: VerificationState, data: AccountLookedUp, context: Context
) -> list[Event]:
    """Say who it is; then ask for what is missing, once, or decide."""
    facts = _facts(state)
    who = _identity(facts, data)
    if state.ended:
        return [who]
    verified = who if isinstance(who, IdentityVerified) else None
    after = state.model_copy(
        update={
            "user_id": verified.user_id if verified else None,
            "identity": verified.level if verified else "L0",
            "differs": data.contact_elsewhere,
        }
    )
    lacking = _missing(after, context)
    if not lacking:
        return [who, _admitted(after, facts)]
    return [who] if state.asked else [who, _request(lacking, context)]


def on_message(state: VerificationState, data: MessageReceived, context: Context) -> list[Event]:
    """Take the facts out of a message; where they complete the complaint, decide."""
    if state.ended:
        return []
    found, given = rules.recognise(data.text.text), rules.accepted(data.supplied)
    if state.facts is None:
        supplied = {**found, **given}
        return [InfoProvided(items=(), supplied=supplied)] if supplied else []
    supplied = rules.news(state.facts, found, given, confirming=state.differs)
    provided = [InfoProvided(items=tuple(supplied), supplied=supplied)] if supplied else []
    return [*provided, *_decided_with(state, supplied, context)]


def on_withdrawn(
    state: VerificationState, data: ComplaintWithdrawn, context: Context
) -> list[Event]:
    """Ask nothing more of somebody who took the complaint back."""
    return [] if state.ended else [VerificationStopped()]


def on_inadmissible(
    state: VerificationState, data: InadmissibleSubmitted, context: Context
) -> list[Event]:
    """A person decides that the complaint may not be dealt with, and says why."""
    rule = _refusal(state, data)
    if rule:
        return [InadmissibleRefused(rule=rule, input_id=context.cause, staff=data.staff)]
    return [
        AdmissibilityDecided(
            admissible=False,
            facts=rules.completed(_facts(state), {}, state.user_id),
            reasons=data.reasons,
            missing=_missing(state, context),
            identity=state.identity,
            decided_by=data.staff,
        )
    ]


def on_timer(state: VerificationState, data: TimerElapsed, context: Context) -> list[Event]:
    """Remind; at the deadline decide on what is known, never close in silence."""
    lacking = _missing(state, context)
    if data.key != DEADLINE:
        number = int(data.key.rpartition(":")[2])
        return [InfoReminded(items=lacking or state.asked, reminder=number)]
    return [InfoDeadlinePassed(missing=lacking), _admitted(state, _facts(state), lacking)]


def _decided_with(
    state: VerificationState, supplied: dict[str, str], context: Context
) -> list[Event]:
    """The decision, if with what was supplied it needs no more answers, or cannot wait for them."""
    before = _facts(state)
    facts = rules.completed(before, supplied)
    after = state.model_copy(
        update={"facts": facts, "confirmed": state.confirmed or "user_id" in supplied}
    )
    lacking = _missing(after, context)
    if state.lane == "express":
        return [_admitted(after, facts, lacking, emergency=True)]
    looking = ACCOUNT in state.due or facts.user_id != before.user_id
    return [] if lacking or looking else [_admitted(after, facts)]


def _admitted(
    state: VerificationState,
    facts: ComplaintFacts,
    lacking: tuple[str, ...] = (),
    *,
    emergency: bool = False,
) -> AdmissibilityDecided:
    return AdmissibilityDecided(
        admissible=True,
        facts=rules.completed(facts, {}, state.user_id),
        missing=lacking,
        identity=state.identity,
        emergency=emergency,
    )


def _missing(state: VerificationState, context: Context) -> tuple[str, ...]:
    doubtful = state.differs and not state.confirmed
    policy = context.policy.verification
    return rules.missing(policy, _facts(state), state.user_id, doubtful=doubtful)


def _facts(state: VerificationState) -> ComplaintFacts:
    """The facts, where there are some for sure: nothing is looked up or asked without."""
    return cast("ComplaintFacts", state.facts)


def _identity(facts: ComplaintFacts, found: AccountLookedUp) -> IdentityVerified | IdentityFailed:
    """L1 where the account that was named holds the contact that was given."""
    if found.contact_elsewhere:
        return IdentityFailed(reason="contact_differs")
    if found.user_id is None:
        several = found.matches > 1
        return IdentityFailed(reason="several_accounts" if several else "unknown_account")
    level: IdentityLevel = "L1" if facts.user_id and found.contact_matches else "L0"
    return IdentityVerified(user_id=found.user_id, level=level, kyc_level=found.kyc_level)


def _request(lacking: tuple[str, ...], context: Context) -> InfoRequested:
    policy = context.policy.verification
    return InfoRequested(
        items=lacking,
        reminders_at=tuple(context.now + wait for wait in policy.reminders),
        deadline_at=context.now + policy.deadline,
    )


def _refusal(state: VerificationState, data: InadmissibleSubmitted) -> str | None:
    if MAY_DECIDE.isdisjoint(data.roles):
        return "role-too-low"
    if state.facts is None:
        return "not-received"
    if state.ended:
        return f"already-{state.ended}"
    moved_on = 0 < data.expected_sequence < state.sequence
    return "case-moved-on" if moved_on else None


DECIDE: dict[type[Event | Input], DecideRule] = {
    ComplaintReceived: on_complaint_received,
    MessageReceived: on_message,
    ComplaintWithdrawn: on_withdrawn,
    AccountLookedUp: on_account_looked_up,
    InadmissibleSubmitted: on_inadmissible,
    TimerElapsed: on_timer,
}
DECIDER = Decider(VerificationState, DECIDE, EVOLVE)
