"""What notify knows of a complaint: its reader, what was told already, letters on their way."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from services.notify.reading.state import READABLE, Readable
from shared.decider import EvolveRule, due
from shared.envelope import Envelope
from shared.events.base import DueItem, Event, Priority
from shared.events.notify import (
    CorrespondenceEnded,
    LetterContent,
    LetterFailed,
    LetterPostponed,
    LetterRequested,
    LetterSent,
    RecipientNoted,
    RemindersScheduled,
)
from shared.events.personal import Personal

UPDATE = "update"
REMINDER = "safety:"
SILENT = ("information_request", "inadmissible", "decision", "rating_request")


class NotifyState(Readable):
    """The reader, the facts already told, and the letters that a channel outside still has to take.

    `reference` is None until the complaint itself has reached us; letters wait in `postponed`.
    `asked_on` is the channel that the complaint came by, `thread` where an answer goes on it.
    `decided` is the highest level with a decision, `level` the one the case is at.
    `signalled`: the exchange opened it, and its holder was warned. `finding` is of the last
    decision.
    """

    reference: str | None = None
    contact: Personal | None = None
    signalled: bool = False
    asked_on: str | None = None
    thread: Personal | None = None
    language: str | None = None
    verified: bool = False
    user_id: str | None = None
    anti_phishing_code: Personal | None = None
    priority: Priority = "P3"
    level: int = 1
    decided: int = 0
    ended: bool = False
    finding: str = ""
    reminded: bool = False
    told: tuple[str, ...] = ()
    postponed: tuple[LetterPostponed, ...] = ()
    letters: dict[str, LetterRequested] = Field(default_factory=dict)

    @property
    def answered(self) -> bool:
        """Whether the level that the case is at has its decision."""
        return self.decided >= self.level


def on_letter_requested(state: NotifyState, data: LetterRequested, event: Envelope) -> NotifyState:
    """Owe the letter to each channel outside, and the next word by the time that it promises."""
    items = [
        due(
            event,
            f"letter:{data.letter_id}:{channel}",
            channel,
            letter_id=data.letter_id,
            letter_kind=data.kind,
            decision_id=data.decision_id,
        )
        for channel in data.channels
        if channel != "inbox"
    ]
    owed = {data.letter_id: data} if items else {}
    return _told(state, data).model_copy(
        update={
            "reference": data.reference,
            "contact": data.contact,
            "asked_on": data.asked_on,
            "thread": data.thread,
            "language": data.language,
            "due": _promised(state, data, event) | {item.key: item for item in items},
            "finding": str(data.facts.get("finding") or state.finding),
            "postponed": (),  # the complaint is here: they go out together with this one, or never
            "letters": {**state.letters, **owed},
        }
    )


def _promised(state: NotifyState, data: LetterRequested, event: Envelope) -> dict[str, DueItem]:
    if data.about.startswith(REMINDER):
        return state.without(data.about)
    if data.kind in SILENT:
        return state.without(UPDATE)
    promise = data.facts.get("update_by")
    if promise is None:
        return state.due
    return state.owing(due(event, UPDATE, "timer", datetime.fromisoformat(str(promise))))


def _told(state: NotifyState, data: LetterContent) -> NotifyState:
    level = int(data.facts.get("level") or state.level)
    decided = level if data.kind == "decision" else 0
    return state.model_copy(
        update={
            "told": state.told if data.about in state.told else (*state.told, data.about),
            "priority": data.facts.get("priority") or state.priority,
            "level": max(state.level, level),
            "decided": max(state.decided, decided),
        }
    )


def on_letter_postponed(state: NotifyState, data: LetterPostponed, event: Envelope) -> NotifyState:
    """Keep the letter until the complaint names its reader."""
    return _told(state, data).model_copy(update={"postponed": (*state.postponed, data)})


def on_letter_sent(state: NotifyState, data: LetterSent, event: Envelope) -> NotifyState:
    """The channel has the letter."""
    return _handled(state, data)


def on_letter_failed(state: NotifyState, data: LetterFailed, event: Envelope) -> NotifyState:
    """The channel said no for good; the inbox holds the letter all the same."""
    return _handled(state, data)


def _handled(state: NotifyState, data: LetterSent | LetterFailed) -> NotifyState:
    due = state.without(f"letter:{data.letter_id}:{data.channel}")
    wanted = {item.arguments.get("letter_id") for item in due.values()}
    return state.model_copy(
        update={
            "due": due,
            "letters": {key: kept for key, kept in state.letters.items() if key in wanted},
        }
    )


def on_recipient_noted(state: NotifyState, data: RecipientNoted, event: Envelope) -> NotifyState:
    """Write in that language from here on, and as openly as the proof of identity allows."""
    return state.model_copy(
        update={
            "language": data.language or state.language,
            "verified": state.verified if data.verified is None else data.verified,
            **_account(state, data),
            **_warned(data),
        }
    )


def _account(state: NotifyState, data: RecipientNoted) -> dict[str, str | Personal | None]:
    """The account and its code; the code of another account is forgotten."""
    if data.user_id is None:
        return {}
    kept = state.anti_phishing_code if data.user_id == state.user_id else None
    return {"user_id": data.user_id, "anti_phishing_code": data.anti_phishing_code or kept}


def _warned(data: RecipientNoted) -> dict[str, bool | Personal]:
    """Whom the exchange's own signal is told to, where nobody had complained."""
    return {"contact": data.contact, "signalled": True} if data.contact else {}


def on_reminders_scheduled(
    state: NotifyState, data: RemindersScheduled, event: Envelope
) -> NotifyState:
    """Owe each reminder at its time."""
    items = [due(event, f"{REMINDER}{n}", "timer", at) for n, at in enumerate(data.at, 1)]
    return state.model_copy(update={"due": state.owing(*items), "reminded": True})


def on_correspondence_ended(
    state: NotifyState, data: CorrespondenceEnded, event: Envelope
) -> NotifyState:
    """Promise no further word."""
    return state.model_copy(update={"ended": True, "due": state.without(UPDATE)})


EVOLVE: dict[type[Event], EvolveRule] = {
    **READABLE,
    LetterRequested: on_letter_requested,
    LetterPostponed: on_letter_postponed,
    LetterSent: on_letter_sent,
    LetterFailed: on_letter_failed,
    RecipientNoted: on_recipient_noted,
    CorrespondenceEnded: on_correspondence_ended,
    RemindersScheduled: on_reminders_scheduled,
}
