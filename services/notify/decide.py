"""Notify's decisions: which fact is told to the customer, when, and only once."""

from __future__ import annotations

from typing import Any, Literal

from services.notify.afterwards import AFTERWARDS
from services.notify.asking import ASKING
from services.notify.letters import contents, ending
from services.notify.letters.catalogue import language_of
from services.notify.letters.verdict import decision
from services.notify.protecting import PROTECTING
from services.notify.reading.decide import READING
from services.notify.recipient import noted_identity, on_identity_verified
from services.notify.reminding import REMINDING, on_reminder, reminders
from services.notify.rules import against_message, new_reader, still_wanted
from services.notify.state import EVOLVE, REMINDER, NotifyState
from services.notify.telling import sent, tell
from shared.decider import Context, Decider, DecideRule
from shared.events.base import Event, Input, TimerElapsed
from shared.events.intake import (
    ComplaintReceived,
    ComplaintWithdrawn,
    MessageReceived,
)
from shared.events.investigation import RecheckScheduled
from shared.events.notify import (
    CorrespondenceEnded,
    LetterFailed,
    LetterHandled,
    LetterSent,
    RecipientNoted,
    StaffMessageRefused,
    StaffMessageSent,
    StaffMessageSubmitted,
)
from shared.events.resolution import (
    AppealAdmitted,
    CaseClosed,
    DecisionMade,
)
from shared.events.triage import CaseAssigned, CaseClassified, ClockExtended
from shared.events.verification import AdmissibilityDecided, IdentityVerified

UNTOLD = "und"
SPAM = "spam"


def on_complaint_received(
    state: NotifyState, data: ComplaintReceived, context: Context
) -> list[Event]:
    """Acknowledge at once, then send what had to wait for the complaint."""
    if state.reference is not None:
        return []
    reader = new_reader(state, data.facts)
    letters = (contents.acknowledgement(data, context, reader.language), *still_wanted(state))
    return [event for letter in letters for event in sent(letter, reader, context.now)]


def on_message_received(state: NotifyState, data: MessageReceived, context: Context) -> list[Event]:
    """Warn whoever wrote a secret to us; nothing else in a message calls for a letter."""
    if not data.masked:
        return []
    return tell(state, contents.secret_warning(data, context), context.now)


def on_complaint_withdrawn(
    state: NotifyState, data: ComplaintWithdrawn, context: Context
) -> list[Event]:
    """Say that we heard it; ask and promise nothing more."""
    return [*tell(state, ending.withdrawn(context), context.now), *_ended(state)]


def _ended(state: NotifyState, reason: Literal["withdrawn", "spam"] = "withdrawn") -> list[Event]:
    return [] if state.ended else [CorrespondenceEnded(reason=reason)]


def on_admissibility_decided(
    state: NotifyState, data: AdmissibilityDecided, context: Context
) -> list[Event]:
    """Say why we may not deal with it, and who may; an answer to spam only brings more."""
    if data.admissible:
        return noted_identity(state, data.identity)
    if data.reasons == (SPAM,):
        return _ended(state, "spam")
    return tell(state, contents.inadmissible(data, context), context.now)


def on_case_classified(state: NotifyState, data: CaseClassified, context: Context) -> list[Event]:
    """Go on in the language that the customer writes in."""
    same = state.language is not None and language_of(data.language) == state.language
    return [] if same or data.language == UNTOLD else [RecipientNoted(language=data.language)]


def on_case_assigned(state: NotifyState, data: CaseAssigned, context: Context) -> list[Event]:
    """Say once that a team has the case; an appeal is told when it is admitted."""
    if data.level > 1 or state.level > 1:
        return []
    return tell(state, contents.assigned(data, context), context.now)


def on_clock_extended(state: NotifyState, data: ClockExtended, context: Context) -> list[Event]:
    """Say why our answer takes longer, and when it comes; no other date was ever told."""
    answer = data.clock == "decide"
    return tell(state, contents.extension(data, context), context.now) if answer else []


def on_recheck_scheduled(
    state: NotifyState, data: RecheckScheduled, context: Context
) -> list[Event]:
    """Say how many confirmations the chain shows, once for each change; of our doubts nothing."""
    if data.leaves_open:
        return []
    return tell(state, contents.confirmations(data, context, state.priority), context.now)


def on_decision_made(state: NotifyState, data: DecisionMade, context: Context) -> list[Event]:
    """Tell cause, measures, result, prevention, and the ways on."""
    return tell(state, decision(data, context), context.now)


def on_appeal_admitted(state: NotifyState, data: AppealAdmitted, context: Context) -> list[Event]:
    """Say that somebody else looks at the case anew."""
    return tell(state, contents.appeal(data, context, state.priority), context.now)


def on_case_closed(state: NotifyState, data: CaseClosed, context: Context) -> list[Event]:
    """Ask for a rating of the decision; a complaint taken back is only put to rest."""
    if data.outcome == "withdrawn":
        return _ended(state)
    if not data.decision_id:
        return []
    asked = tell(state, ending.rating_request(data, context), context.now)
    return [*asked, *reminders(state, context.now, context)]


def on_letter_handled(state: NotifyState, data: LetterHandled, context: Context) -> list[Event]:
    """Note whether the channel took the letter."""
    owed: dict[str, Any] = state.due[data.key].arguments
    letter = {"letter_id": owed["letter_id"], "kind": owed["letter_kind"], "channel": data.channel}
    if data.status == "refused":
        return [LetterFailed(**letter, problem=data.problem or "refused")]
    return [LetterSent(**letter, sent_at=data.at, decision_id=owed["decision_id"])]


def on_timer_elapsed(state: NotifyState, data: TimerElapsed, context: Context) -> list[Event]:
    """Keep the promise of the last letter, or say again how to keep the account safe."""
    if data.key.startswith(REMINDER):
        return on_reminder(state, data.key, context)
    return tell(state, contents.still_open(context, state.priority), context.now)


def on_staff_message(
    state: NotifyState, data: StaffMessageSubmitted, context: Context
) -> list[Event]:
    """Show it on the customer's page at once, and send it where the letters go."""
    rule = against_message(state, data)
    if rule:
        return [StaffMessageRefused(rule=rule, input_id=context.cause, staff=data.staff)]
    letter = contents.staff_message(data, context)
    told = tell(state, letter, context.now)
    said = StaffMessageSent(
        message_id=letter.letter_id, staff=data.staff, text=data.text, masked=data.masked
    )
    return [said, *told] if told else []


DECIDE: dict[type[Event | Input], DecideRule] = {
    **ASKING,
    **AFTERWARDS,
    **PROTECTING,
    **REMINDING,
    **READING,
    ComplaintReceived: on_complaint_received,
    MessageReceived: on_message_received,
    ComplaintWithdrawn: on_complaint_withdrawn,
    IdentityVerified: on_identity_verified,
    AdmissibilityDecided: on_admissibility_decided,
    CaseClassified: on_case_classified,
    CaseAssigned: on_case_assigned,
    ClockExtended: on_clock_extended,
    RecheckScheduled: on_recheck_scheduled,
    DecisionMade: on_decision_made,
    AppealAdmitted: on_appeal_admitted,
    CaseClosed: on_case_closed,
    LetterHandled: on_letter_handled,
    StaffMessageSubmitted: on_staff_message,
    TimerElapsed: on_timer_elapsed,
}
DECIDER = Decider(NotifyState, DECIDE, EVOLVE)
