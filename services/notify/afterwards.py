"""What is told after the end: where a late message goes, and why an appeal is not heard."""

from __future__ import annotations

from services.notify.letters import contents, ending
from services.notify.state import NotifyState
from services.notify.telling import tell
from shared.decider import Context, DecideRule
from shared.events.base import Event, Input
from shared.events.intake import MessageMoved
from shared.events.resolution import AppealRefused, RatingNoted


def on_message_moved(state: NotifyState, data: MessageMoved, context: Context) -> list[Event]:
    """Say once which complaint goes on where this one ended."""
    return tell(state, ending.continued(data, context), context.now) if data.opens else []


def on_appeal_refused(state: NotifyState, data: AppealRefused, context: Context) -> list[Event]:
    """Say why the appeal is not heard, and who else may hear it."""
    return tell(state, contents.appeal_refused(data, context), context.now)


def on_rating_noted(_state: NotifyState, _data: RatingNoted, _context: Context) -> list[Event]:
    """A rating calls for no letter; it is taken once, so that it is counted once."""
    return []


AFTERWARDS: dict[type[Event | Input], DecideRule] = {
    MessageMoved: on_message_moved,
    AppealRefused: on_appeal_refused,
    RatingNoted: on_rating_noted,
}
