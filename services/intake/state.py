"""What intake knows of a complaint: that it is there, who brought it, what may come only once."""

from services.intake.attachments import waiting
from services.intake.erasing.state import ERASING, Erasable
from services.intake.linking.state import with_linking
from services.intake.onward.state import ONWARD
from shared.decider import EvolveRule
from shared.envelope import Envelope
from shared.events.base import Attachment, Event
from shared.events.intake import (
    AttachmentExamined,
    ComplaintReceived,
    ComplaintWithdrawn,
    ConfirmationReceived,
    MessageReceived,
    RatingReceived,
)
from shared.events.personal import Personal

WITHDRAWAL = "withdrawal"
SATISFIED = "satisfied"


def rating_of(decision_id: str) -> str:
    """The name in `done` of a decision's rating."""
    return f"rating:{decision_id}"


class IntakeState(Erasable):
    """`reference` is None until the complaint itself was received.

    `submitter` is the actor who brought it, `contact` the address that may write on by mail;
    `done` names what came and may not come again; `attachments` are all files that came.
    """

    submitter: str | None = None
    contact: Personal | None = None
    done: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    @property
    def settled(self) -> bool:
        """Whether the customer is done with it: what is said next is a new matter."""
        return WITHDRAWAL in self.done or SATISFIED in self.done


def on_complaint_received(
    state: IntakeState, data: ComplaintReceived, event: Envelope
) -> IntakeState:
    """The complaint is there."""
    facts = data.facts
    update = {
        "reference": facts.reference,
        "submitter": event.actor,
        "contact": facts.contact,
        "received_at": facts.received_at,
    }
    return _attached(state.model_copy(update=update), facts.attachments, event)


def on_message_received(state: IntakeState, data: MessageReceived, event: Envelope) -> IntakeState:
    """What was added has files too."""
    return _attached(state, data.attachments, event)


def on_attachment_examined(
    state: IntakeState, data: AttachmentExamined, event: Envelope
) -> IntakeState:
    """The scanner has seen a file that had waited for it."""
    return state.model_copy(update=waiting.examined(state, state.attachments, data))


def _attached(state: IntakeState, new: tuple[Attachment, ...], event: Envelope) -> IntakeState:
    return state.model_copy(update=waiting.attached(state, state.attachments, new, event))


def on_confirmation_received(
    state: IntakeState, data: ConfirmationReceived, event: Envelope
) -> IntakeState:
    """The customer accepts the decision, or changes that answer."""
    others = tuple(name for name in state.done if name != SATISFIED)
    done = (*others, SATISFIED) if data.satisfied else others
    return state.model_copy(update={"done": done})


def on_rating_received(state: IntakeState, data: RatingReceived, event: Envelope) -> IntakeState:
    """This decision has been rated."""
    return state.model_copy(update={"done": (*state.done, rating_of(data.decision_id))})


def on_complaint_withdrawn(
    state: IntakeState, data: ComplaintWithdrawn, event: Envelope
) -> IntakeState:
    """The complaint has been taken back."""
    return state.model_copy(update={"done": (*state.done, WITHDRAWAL)})


_OWN: dict[type[Event], EvolveRule] = {
    ComplaintReceived: on_complaint_received,
    ConfirmationReceived: on_confirmation_received,
    MessageReceived: on_message_received,
    AttachmentExamined: on_attachment_examined,
    RatingReceived: on_rating_received,
    ComplaintWithdrawn: on_complaint_withdrawn,
    **ONWARD,
    **ERASING,
}
EVOLVE = with_linking(_OWN)
