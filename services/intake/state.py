"""What intake knows of a complaint: that it is there, who brought it, what may come only once."""

from shared.decider import EvolveRule, State, due
from shared.envelope import Envelope
from shared.events.base import Attachment, Event
from shared.events.intake import (
    ComplaintReceived,
    ComplaintWithdrawn,
    ConfirmationReceived,
    RatingReceived,
)
from shared.events.personal import Personal

WITHDRAWAL = "withdrawal"
SCANNER_AWAY = "scanner_away"  # why a file is held back that the scanner has yet to see
SATISFIED = "satisfied"


def rating_of(decision_id: str) -> str:
    """The name in `done` of a decision's rating."""
    return f"rating:{decision_id}"


def scan_of(sha256: str) -> str:
    """The key of the scan that a file still waits for."""
    return f"scan:{sha256}"


class IntakeState(State):
    """`reference` is None until the complaint itself was received.

    `submitter` is the actor who brought it, `contact` the address that may write on by mail;
    `done` names what came and may not come again.
    """

    reference: str | None = None
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
    update = {"reference": facts.reference, "submitter": event.actor, "contact": facts.contact}
    update |= linking.opened(state.linking, state, facts, event)
    return state.model_copy(update=update)


def on_message_received(state: IntakeState, data: MessageReceived, event: Envelope) -> IntakeState:
    """What was added is compared with other complaints too."""
    known = state.reference is not None
    return state.model_copy(update=linking.added(state.linking, state, data, event, known=known))


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


def _linking(rule: Callable[[Linking, State, Any, Envelope], dict[str, Any]]) -> EvolveRule:
    return lambda state, data, event: state.model_copy(
        update=rule(state.linking, state, data, event)
    )


EVOLVE: dict[type[Event], EvolveRule] = {
    ComplaintReceived: on_complaint_received,
    MessageReceived: on_message_received,
    AttachmentExamined: on_attachment_examined,
    ConfirmationReceived: on_confirmation_received,
    MessageReceived: on_message_received,
    RatingReceived: on_rating_received,
    ComplaintWithdrawn: on_complaint_withdrawn,
    ComplaintCompared: _linking(linking.compared),
    ComplaintLinked: _linking(linking.linked),
    ComplaintUnlinked: _linking(linking.unlinked),
    TwinTold: _linking(linking.told),
}
