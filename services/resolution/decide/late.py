"""A message after the end: thanks call for nothing, a word in time reopens, a late one goes on."""

from collections.abc import Mapping

from services.resolution.rules.appeals import fault_of_appeal
from services.resolution.state import ResolutionState
from shared.decider import Context, DecideRule
from shared.events.base import Event, Input
from shared.events.intake import MessageReceived
from shared.events.late import Word
from shared.events.resolution import AppealAdmitted, LateMessageNoted
from shared.rules.thanks import only_thanks


def on_message_received(
    state: ResolutionState, data: MessageReceived, context: Context
) -> list[Event]:
    """Reopen within the time for an appeal, at the next level; after it the matter is a new one.

    What was written before the end belongs to what was decided.
    """
    early = state.closed_at is not None and data.received_at <= state.closed_at
    if state.closed is None or early or (only_thanks(data.text.text) and not data.attachments):
        return []
    latest = state.decisions[-1] if state.decisions else None
    if latest is None or fault_of_appeal(state, latest, context):
        word = Word(user_id=state.user_id, **{n: getattr(data, n) for n in COMMON})
        return [LateMessageNoted(word=word)]
    return [
        AppealAdmitted(
            decision_id=latest.decision_id,
            level=latest.level + 1,
            points=(),
            reason=data.text,
            by="message",
        )
    ]


COMMON = tuple(MessageReceived.model_fields.keys() & Word.model_fields.keys())
LATE: Mapping[type[Event | Input], DecideRule] = {MessageReceived: on_message_received}
