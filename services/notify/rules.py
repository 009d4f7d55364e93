"""Who reads a letter, how it is addressed, and which letters no longer make sense."""

from __future__ import annotations

from dataclasses import dataclass

from services.notify.letters.catalogue import CURRENT, language_of
from services.notify.letters.render import render
from services.notify.state import NotifyState
from shared.channels import PUBLIC, SIGNED, TELEGRAM
from shared.events.base import ComplaintFacts
from shared.events.notify import Channel, LetterContent, LetterRequested, StaffMessageSubmitted
from shared.events.personal import ERASED, Personal

QUESTIONS = ("information_request", "information_reminder", "identity_request")
EXTENSION = "extension"
UNWANTED_AFTER_WITHDRAWAL = (*QUESTIONS, EXTENSION, "progress", "rating_request", "improvement")
OUTDATED_BY_DECISION = ("assigned", "confirmations", "still_open")


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a letter is for; nothing about the account is told while `verified` is false."""

    reference: str
    contact: Personal | None
    language: str
    verified: bool
    asked_on: str | None = None
    thread: Personal | None = None
    quiet: bool = False
    anti_phishing_code: Personal | None = None


def known_reader(state: NotifyState) -> Reader | None:
    """The reader, once the complaint itself has been seen."""
    if state.reference is None:
        return None
    return Reader(
        state.reference,
        state.contact,
        language_of(state.language),
        state.verified,
        state.asked_on,
        state.thread,
        anti_phishing_code=state.anti_phishing_code,
    )


def new_reader(state: NotifyState, facts: ComplaintFacts) -> Reader:
    """The reader that a complaint names; a language noted before is better than the hint."""
    language = language_of(state.language, facts.language_hint)
    return Reader(
        facts.reference,
        facts.contact or state.contact,
        language,
        state.verified,
        facts.channel,
        facts.thread,
        facts.quiet,
        state.anti_phishing_code,
    )


def addressed(content: LetterContent, reader: Reader) -> LetterRequested:
    """The letter to that reader: to the inbox, by mail where we hold an address, and as asked.

    Its hash stands in the event, so that anybody can check what was said.
    """
    letter = LetterRequested(
        **{name: getattr(content, name) for name in LetterContent.model_fields if name != "facts"},
        facts={**content.facts, "verified": reader.verified},
        template=content.kind,
        template_version=CURRENT[reader.language],
        language=reader.language,
        channels=_channels(content, reader),
        contact=reader.contact,
        reference=reader.reference,
        asked_on=reader.asked_on,
        thread=reader.thread,
        anti_phishing_code=reader.anti_phishing_code if reader.verified else None,
    )
    return letter.model_copy(update={"sha256": render(letter).sha256})


def _channels(content: LetterContent, reader: Reader) -> tuple[Channel, ...]:
    unwanted = reader.quiet and content.kind == "acknowledgement"
    mail: tuple[Channel, ...] = ("email",) if reader.contact and not unwanted else ()
    return ("inbox", *mail, *_asked_on(content, reader))


def _asked_on(content: LetterContent, reader: Reader) -> tuple[Channel, ...]:
    """Where it was asked; in public only once, and then only where to go on in private."""
    if reader.thread is None:
        return ()
    if reader.asked_on == TELEGRAM:
        return ("telegram",)
    if reader.asked_on in PUBLIC and content.kind != "acknowledgement":
        return ()
    return ("webhook",) if reader.asked_on in SIGNED else ()


def outdated(state: NotifyState, letter: LetterContent) -> bool:
    """Whether the letter would only confuse: the customer has the answer, or left."""
    if state.ended:
        return letter.kind in UNWANTED_AFTER_WITHDRAWAL
    return state.answered and _idle_once_answered(letter)


def still_wanted(state: NotifyState) -> tuple[LetterContent, ...]:
    """The postponed letters that nothing told after them has made idle."""
    wanted: list[LetterContent] = []
    answered = False
    for letter in reversed(state.postponed):
        if not (outdated(state, letter) or (answered and _idle_once_answered(letter))):
            wanted.append(letter)
        answered = answered or letter.kind == "decision"
    return tuple(reversed(wanted))


def _idle_once_answered(letter: LetterContent) -> bool:
    step = letter.facts.get("step")
    return letter.kind in (*QUESTIONS, EXTENSION) or step in OUTDATED_BY_DECISION


def against_message(state: NotifyState, asked: StaffMessageSubmitted) -> str | None:
    """Why staff cannot write to the customer now; None where they can."""
    if state.reference is None:
        return "not-received"
    if asked.text.text == ERASED:
        return "erased"
    return "case-moved-on" if 0 < asked.expected_sequence < state.sequence else None
