"""What is asked of the customer: facts that are missing, and proofs that are waited for."""

from __future__ import annotations

from services.notify.letters import contents
from services.notify.state import NotifyState
from services.notify.telling import tell
from shared.decider import Context, DecideRule
from shared.events.base import Event, Input
from shared.events.resolution import IdentityAwaited
from shared.events.verification import InfoReminded, InfoRequested


def on_info_requested(state: NotifyState, data: InfoRequested, context: Context) -> list[Event]:
    """Ask for everything that is missing in one letter."""
    return tell(state, contents.information_request(data, context), context.now)


def on_info_reminded(state: NotifyState, data: InfoReminded, context: Context) -> list[Event]:
    """Remind of everything that is still missing."""
    return tell(state, contents.information_reminder(data, context), context.now)


def on_identity_awaited(state: NotifyState, data: IdentityAwaited, context: Context) -> list[Event]:
    """Say which proof an action waits for; without it the wait never ends."""
    return tell(state, contents.identity_request(data, context), context.now)


ASKING: dict[type[Event | Input], DecideRule] = {
    InfoRequested: on_info_requested,
    InfoReminded: on_info_reminded,
    IdentityAwaited: on_identity_awaited,
}
