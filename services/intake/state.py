"""What intake knows of a complaint: that it is there, who brought it, what may come only once."""

from shared.decider import EvolveRule, State
from shared.envelope import Envelope
from shared.events.base import Event
from shared.events.intake import ComplaintReceived, ComplaintWithdrawn, RatingReceived

WITHDRAWAL = "withdrawal"


def rating_of(decision_id: str) -> str:
    """The name in `done` of a decision's rating."""
    return f"rating:{decision_id}"


class IntakeState(State):
    """`reference` is None until the complaint itself was received.

    `submitter` is the actor who brought it; `done` names what came and may not come again.
    """

    reference: str | None = None
    submitter: str | None = None
    done: tuple[str, ...] = ()


def on_complaint_received(
    state: IntakeState, data: ComplaintReceived, event: Envelope
) -> IntakeState:
    """The complaint is there."""
    update = {"reference": data.facts.reference, "submitter": event.actor}
    return state.model_copy(update=update)


def on_rating_received(state: IntakeState, data: RatingReceived, event: Envelope) -> IntakeState:
    """This decision has been rated."""
    return state.model_copy(update={"done": (*state.done, rating_of(data.decision_id))})


def on_complaint_withdrawn(
    state: IntakeState, data: ComplaintWithdrawn, event: Envelope
) -> IntakeState:
    """The complaint has been taken back."""
    return state.model_copy(update={"done": (*state.done, WITHDRAWAL)})


EVOLVE: dict[type[Event], EvolveRule] = {
    ComplaintReceived: on_complaint_received,
    RatingReceived: on_rating_received,
    ComplaintWithdrawn: on_complaint_withdrawn,
}
