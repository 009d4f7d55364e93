"""Verification's rules: who it is, one request for all that is missing, then a decision."""

from services.intake.verification import rules
from services.intake.verification.answers import answers
from services.intake.verification.outcome import (
    admitted,
    identity,
    known,
    missing,
    proved_by_session,
    request,
)
from services.intake.verification.staff import on_inadmissible, on_info_request, on_proof
from services.intake.verification.state import ACCOUNT, DEADLINE, EVOLVE, VerificationState
from shared.decider import Context, Decider, DecideRule
from shared.events.base import Event, Input, TimerElapsed
from shared.events.intake import ComplaintReceived, ComplaintWithdrawn, MessageReceived
from shared.events.verification import (
    AccountLookedUp,
    CustomerWrote,
    IdentityVerified,
    InadmissibleSubmitted,
    InfoDeadlinePassed,
    InfoProvided,
    InfoReminded,
    InfoRequestSubmitted,
    ProofSubmitted,
    VerificationStarted,
    VerificationStopped,
)


def on_complaint_received(
    state: VerificationState, data: ComplaintReceived, context: Context
) -> list[Event]:
    """Note the facts and look the account up; an emergency waits for nothing."""
    if state.facts or state.ended:
        return []
    found = rules.unknown_yet(data.facts, rules.recognise(rules.words_of(data.facts)))
    facts = rules.completed(data.facts, {**found, **state.early})
    emergency = data.funds_in_danger or state.lane == "express"
    started = VerificationStarted(
        facts=facts,
        funds_in_danger=emergency,
        session=data.session,
        signalled=data.signalled,
    )
    if not emergency:
        return [started]
    after = state.model_copy(update={"facts": facts})
    lacking = missing(after, context)
    return [started, admitted(after, facts, context, lacking, emergency=True)]


def on_account_looked_up(
    state: VerificationState, data: AccountLookedUp, context: Context
) -> list[Event]:
    """Say who it is; then ask for what is missing, once, or decide."""
    who = identity(state, data, context.policy.identity)
    if state.ended:
        return [who]
    verified = who if isinstance(who, IdentityVerified) else None
    after = state.model_copy(
        update={
            "facts": rules.with_held(known(state), verified.held if verified else {}),
            "user_id": verified.user_id if verified else None,
            "identity": verified.level if verified else "L0",
            "differs": data.contact_elsewhere,
        }
    )
    lacking = missing(after, context)
    if not lacking:
        return [who, admitted(after, known(after), context)]
    return [who] if state.asked else [who, request(lacking, context)]


def on_message(state: VerificationState, data: MessageReceived, context: Context) -> list[Event]:
    """Note the session it came from, and take the answers out of it."""
    proofs = proved_by_session(state, data.session, context.policy.identity)
    for proof in proofs:
        told = {"user_id": proof.user_id, "identity": proof.level, "differs": False}
        state = state.model_copy(update=told)
    return [*proofs, *_read(state, data, context)]


def _read(state: VerificationState, data: MessageReceived, context: Context) -> list[Event]:
    """The answers in a message; where they complete the complaint, decide."""
    if state.ended and not state.waits:
        wrote = CustomerWrote(received_at=data.received_at)
        return [wrote, *_endangered(state, context)] if state.ended == "decided" else []
    asked = missing(state, context) if state.waits else ()
    found, given = answers(data.text.text, asked), rules.accepted(data.supplied)
    if state.facts is None:
        supplied = {**found, **given}
        return [InfoProvided(items=(), supplied=supplied)] if supplied else []
    if data.session and state.facts.user_id is None:
        given = {**given, "user_id": data.session}
    supplied = rules.news(state.facts, found, given, confirming=state.differs)
    told = InfoProvided(items=tuple(supplied), supplied=supplied, session=data.session)
    provided: list[Event] = [told] if supplied else []
    if state.ended:
        after = state.model_copy(update={"facts": rules.completed(state.facts, supplied)})
        return [*provided, *_endangered(after, context)]
    return [*provided, *_decided_with(state, supplied, context)]


def on_withdrawn(
    state: VerificationState, data: ComplaintWithdrawn, context: Context
) -> list[Event]:
    """Ask nothing more of somebody who took the complaint back."""
    return [] if state.ended else [VerificationStopped()]


def on_timer(state: VerificationState, data: TimerElapsed, context: Context) -> list[Event]:
    """Remind; at the deadline decide on what is known, never close in silence."""
    lacking = missing(state, context)
    if data.key != DEADLINE:
        number = int(data.key.rpartition(":")[2])
        return [InfoReminded(items=lacking or state.asked, reminder=number)]
    passed = InfoDeadlinePassed(missing=lacking)
    return [passed] if state.ended else [passed, admitted(state, known(state), context, lacking)]


def _endangered(state: VerificationState, context: Context) -> list[Event]:
    """An admitted complaint turned out to be an emergency: told once."""
    if state.ended != "decided" or state.lane != "express" or state.emergency:
        return []
    return [admitted(state, known(state), context, missing(state, context), emergency=True)]


def _decided_with(
    state: VerificationState, supplied: dict[str, str], context: Context
) -> list[Event]:
    """The decision, if with what was supplied it needs no more answers, or cannot wait for them."""
    before = known(state)
    facts = rules.completed(before, supplied)
    after = state.model_copy(
        update={"facts": facts, "confirmed": state.confirmed or "user_id" in supplied}
    )
    lacking = missing(after, context)
    if state.lane == "express":
        return [admitted(after, facts, context, lacking, emergency=True)]
    looking = ACCOUNT in state.due or facts.user_id != before.user_id
    return [] if lacking or looking else [admitted(after, facts, context)]


DECIDE: dict[type[Event | Input], DecideRule] = {
    ComplaintReceived: on_complaint_received,
    MessageReceived: on_message,
    ComplaintWithdrawn: on_withdrawn,
    AccountLookedUp: on_account_looked_up,
    InadmissibleSubmitted: on_inadmissible,
    ProofSubmitted: on_proof,
    InfoRequestSubmitted: on_info_request,
    TimerElapsed: on_timer,
}
DECIDER = Decider(VerificationState, DECIDE, EVOLVE)
