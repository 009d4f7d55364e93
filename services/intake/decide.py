"""Intake's rules: a complaint is received once; a follow-up is passed on, even an early one.

Whether an appeal, confirmation or rating fits its decision is for the stage that decided.
"""

from services.intake.attachments import room
from services.intake.erasing.decide import ERASURE
from services.intake.linking.decide import LINKING
from services.intake.onward.decide import ONWARD, following
from services.intake.state import EVOLVE, WITHDRAWAL, IntakeState, rating_of
from shared.channels import EXCHANGE
from shared.decider import Context, Decider, DecideRule
from shared.events.base import ComplaintFacts, Event, Input
from shared.events.intake import (
    AppealReceived,
    AppealSubmitted,
    AttachmentExamined,
    AttachmentScanned,
    ComplaintLinked,
    ComplaintReceived,
    ComplaintSubmitted,
    ComplaintWithdrawn,
    ConfirmationReceived,
    ConfirmationSubmitted,
    FollowUpRefused,
    IntakeLaneRaised,
    MessageReceived,
    MessageSubmitted,
    OriginalRead,
    OriginalRequested,
    RatingReceived,
    RatingSubmitted,
    WithdrawalSubmitted,
)
from shared.rules.first_screen import funds_in_danger

SESSION = "account"


def on_complaint(state: IntakeState, data: ComplaintSubmitted, context: Context) -> list[Event]:
    """A complaint is received once."""
    if state.reference:
        return [FollowUpRefused(rule="already-received", input_id=context.cause, kind="complaint")]
    facts = data.facts
    words = f"{facts.subject.text}\n{facts.description.text}"
    danger = _signalled(context) or funds_in_danger(words)
    link = [ComplaintLinked(link=following(facts.follows), noticed=True)] if facts.follows else []
    return [*_lane(state, danger), _received(facts, danger, context), *link]


def _received(facts: ComplaintFacts, danger: bool, context: Context) -> ComplaintReceived:
    session = _session(context)
    if session and not facts.user_id:
        facts = facts.model_copy(update={"user_id": session})
    return ComplaintReceived(
        facts=facts, funds_in_danger=danger, session=session, signalled=_signalled(context)
    )


def _signalled(context: Context) -> bool:
    """The exchange's own signed webhooks alone come with `exchange:<account>` as the actor."""
    return context.actor.partition(":")[0] == EXCHANGE


def _session(context: Context) -> str | None:
    """A channel that vouches for a session gives `account:<user id>` as the actor."""
    kind, _, account = context.actor.partition(":")
    return account if kind == SESSION and account else None


def on_message(state: IntakeState, data: MessageSubmitted, context: Context) -> list[Event]:
    """More facts are always welcome."""
    received = MessageReceived(
        text=data.text,
        received_at=data.received_at,
        supplied=data.supplied,
        channel=data.channel,
        thread=data.thread,
        raw=data.raw,
        attachments=room.within(state.attachments, data.attachments),
        masked=data.masked,
        session=_session(context),
    )
    return [*_lane(state, funds_in_danger(data.text.text)), received]


def on_appeal(state: IntakeState, data: AppealSubmitted, context: Context) -> list[Event]:
    """An appeal is passed on; a decision may be appealed before we know of it here."""
    return [AppealReceived(decision_id=data.decision_id, points=data.points, reason=data.reason)]


def on_confirmation(
    state: IntakeState, data: ConfirmationSubmitted, context: Context
) -> list[Event]:
    """The answer to a decision is passed on."""
    return [ConfirmationReceived(decision_id=data.decision_id, satisfied=data.satisfied)]


def on_rating(state: IntakeState, data: RatingSubmitted, context: Context) -> list[Event]:
    """A decision is rated once."""
    if rating_of(data.decision_id) in state.done:
        return [FollowUpRefused(rule="already-rated", input_id=context.cause, kind="rating")]
    return [
        RatingReceived(
            decision_id=data.decision_id,
            score=data.score,
            reason=data.reason,
            comment=data.comment,
        )
    ]


def on_withdrawal(state: IntakeState, data: WithdrawalSubmitted, context: Context) -> list[Event]:
    """A complaint is taken back once."""
    if WITHDRAWAL in state.done:
        return [
            FollowUpRefused(rule="already-withdrawn", input_id=context.cause, kind="withdrawal")
        ]
    return [ComplaintWithdrawn(reason=data.reason)]


def on_scanned(state: IntakeState, data: AttachmentScanned, context: Context) -> list[Event]:
    """A file that waited for the scanner is let out, or held back for good."""
    clean = data.verdict == "clean"
    return [
        AttachmentExamined(
            sha256=data.sha256,
            status="clean" if clean else "quarantined",
            reason=None if clean else data.verdict,
        )
    ]


def on_original(state: IntakeState, data: OriginalRequested, context: Context) -> list[Event]:
    """Whoever reads a message as it came is written down."""
    return [OriginalRead(raw=data.raw, staff=data.staff)]


def _lane(state: IntakeState, danger: bool) -> list[Event]:
    return [IntakeLaneRaised(reason="funds-in-danger")] if danger and state.lane == "normal" else []


DECIDE: dict[type[Event | Input], DecideRule] = {
    ComplaintSubmitted: on_complaint,
    MessageSubmitted: on_message,
    AppealSubmitted: on_appeal,
    ConfirmationSubmitted: on_confirmation,
    RatingSubmitted: on_rating,
    WithdrawalSubmitted: on_withdrawal,
    **LINKING,
    **ERASURE,
    **ONWARD,
    AttachmentScanned: on_scanned,
    OriginalRequested: on_original,
}
DECIDER = Decider(IntakeState, DECIDE, EVOLVE)
