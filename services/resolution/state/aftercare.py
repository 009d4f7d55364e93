"""How the events after a decision change the case."""

from collections.abc import Mapping

from services.resolution.state.case import ResolutionState
from services.resolution.state.decisions import CHECK
from shared.decider import EvolveRule
from shared.envelope import Envelope
from shared.events.base import Event
from shared.events.resolution import (
    CallbackMade,
    CallbackRequested,
    EffectsChecked,
    ExternalDecided,
    ExternalReferred,
)


def on_callback_requested(
    state: ResolutionState, data: CallbackRequested, event: Envelope
) -> ResolutionState:
    """Somebody has to call."""
    return state.marked(data.decision_id, callback="asked").seen(event)


def on_callback_made(
    state: ResolutionState, data: CallbackMade, event: Envelope
) -> ResolutionState:
    """Nobody has to call any more."""
    return state.marked(data.decision_id, callback="made").seen(event)


def on_external_referred(
    state: ResolutionState, data: ExternalReferred, event: Envelope
) -> ResolutionState:
    """Somebody outside has it."""
    return state.model_copy(update={"referred": data.body}).seen(event)


def on_external_decided(
    state: ResolutionState, _data: ExternalDecided, event: Envelope
) -> ResolutionState:
    """It came back."""
    return state.model_copy(update={"decided_outside": True}).seen(event)


def on_effects_checked(
    state: ResolutionState, data: EffectsChecked, event: Envelope
) -> ResolutionState:
    """The second look is over."""
    left = state.without(CHECK + data.decision_id)
    return state.model_copy(update={"due": left}).seen(event)


AFTERCARE: Mapping[type[Event], EvolveRule] = {
    CallbackRequested: on_callback_requested,
    CallbackMade: on_callback_made,
    ExternalReferred: on_external_referred,
    ExternalDecided: on_external_decided,
    EffectsChecked: on_effects_checked,
}
