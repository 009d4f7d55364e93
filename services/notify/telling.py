"""How a letter is asked for: once, when its reader is known, and shown in the inbox at once."""

from __future__ import annotations

from datetime import datetime

from services.notify.rules import Reader, addressed, known_reader, outdated
from services.notify.state import NotifyState
from shared.events.base import Event
from shared.events.notify import LetterContent, LetterPostponed, LetterSent


def tell(state: NotifyState, letter: LetterContent, now: datetime) -> list[Event]:
    """Ask for a letter, unless it was told or a later one made it idle."""
    if letter.about in state.told or outdated(state, letter):
        return []
    reader = known_reader(state)
    return [LetterPostponed(**dict(letter))] if reader is None else sent(letter, reader, now)


def sent(letter: LetterContent, reader: Reader, now: datetime) -> list[Event]:
    """Ask for the letter; the inbox has it with that, since the status page renders it."""
    inbox = LetterSent(
        letter_id=letter.letter_id,
        kind=letter.kind,
        channel="inbox",
        sent_at=now,
        decision_id=letter.decision_id,
    )
    return [addressed(letter, reader), inbox]
