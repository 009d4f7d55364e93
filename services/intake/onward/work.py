"""The delivery of a message to the complaint it belongs to, files and all, once however often."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import cast

from services.intake.attachments import Attachments, File
from services.intake.attachments.wired import attachments
from services.intake.decide import SESSION
from services.intake.desk import supplied_facts
from services.intake.onward.state import MOVE
from services.intake.rights import CUSTOMER
from services.intake.state import IntakeState
from shared.envelope import named_id
from shared.events.base import Attachment, ComplaintFacts, Input
from shared.events.intake import (
    ComplaintSubmitted,
    MessageMoved,
    MessageSubmitted,
    WordDelivered,
)
from shared.events.late import Word
from shared.events.personal import ERASED, Personal
from shared.http.errors import ProblemError
from shared.rules.first_screen import funds_in_danger
from shared.runner.door import Door, Request
from shared.runner.due import Claim, Work, each
from shared.runner.wiring import Wiring

SUBJECT = 100  # characters of the message that stand for a subject
SUBMITTER = "submitter"
WEB = "web_form"


def work(wiring: Wiring) -> Mapping[str, Work]:
    """What the stage owes to other complaints' doors, by kind."""
    files = wiring.one(attachments)

    async def move(claim: Claim) -> WordDelivered:
        return await deliver(wiring.doors["intake"], files, claim)

    return {MOVE: each(move)}


async def deliver(door: Door, files: Attachments, claim: Claim) -> WordDelivered:
    """Hand the message in at the other complaint. Raises TransientError.

    Where a person was erased nobody is left to answer.
    """
    state = cast("IntakeState", claim.state)
    moved = state.moving[claim.item.key]
    if moved.word.text.text != ERASED:
        with suppress(ProblemError):
            await _hand_in(door, files, claim, moved)
    return WordDelivered(key=claim.item.key, put_by=claim.item.event)


async def _hand_in(door: Door, files: Attachments, claim: Claim, moved: MessageMoved) -> None:
    state = cast("IntakeState", claim.state)
    if moved.opens:
        await door.keyring.create(moved.into)
    taken = await _copied(files, claim.complaint, moved)
    data: Input
    if moved.opens:
        data = ComplaintSubmitted(facts=facts_of(claim.complaint, state, moved, taken))
    else:
        data = _message(moved.word, taken)
    danger = funds_in_danger(moved.word.text.text)
    await door.accept(
        data,
        complaint=moved.into,
        actor=actor_of(state, moved.word),
        lane="express" if danger else "normal",
        request=Request(named_id(moved.into, f"{claim.item.event}|{claim.item.key}"), "", {}),
    )


def facts_of(
    complaint: str, state: IntakeState, moved: MessageMoved, files: tuple[Attachment, ...]
) -> ComplaintFacts:
    """A complaint of its own, received when the message was; what it follows is said in it."""
    word, text = moved.word, moved.word.text.text
    return ComplaintFacts(
        reference=moved.reference,
        channel=word.channel or WEB,
        subject=Personal(" ".join(text.split())[:SUBJECT]),
        description=Personal(text),
        received_at=word.received_at,
        contact=_again(state.contact),
        thread=_again(word.thread),
        attachments=files,
        masked=word.masked,
        follows=complaint,
        followed_since=moved.since,
        **{**supplied_facts(word.supplied), "user_id": _account(word)},
    )


def _account(word: Word) -> str | None:
    return word.session or word.supplied.get("user_id") or word.user_id


def actor_of(state: IntakeState, word: Word) -> str:
    """Who follows up on the new one: who submitted the old one, or the customer.

    A session counts for the message that came by it, never for one after.
    """
    if word.session:
        return f"{SESSION}:{word.session}"
    kind = (state.submitter or "").partition(":")[0]
    return str(state.submitter) if kind == SUBMITTER else CUSTOMER


def _message(word: Word, files: tuple[Attachment, ...]) -> MessageSubmitted:
    return MessageSubmitted(
        text=Personal(word.text.text),
        received_at=word.received_at,
        supplied=word.supplied,
        channel=word.channel,
        thread=_again(word.thread),
        attachments=files,
        masked=word.masked,
    )


async def _copied(
    files: Attachments, complaint: str, moved: MessageMoved
) -> tuple[Attachment, ...]:
    """The files under the other complaint's key; those of which no bytes are kept stay behind."""
    found: list[File] = []
    for one in moved.word.attachments:
        content = await files.files.read(complaint, one.sha256, "attachment")
        if content is not None:
            found.append(File(one.name.text, content))
    return await files.take(moved.into, found)


def _again(words: Personal | None) -> Personal | None:
    """The same words, to be sealed under another key."""
    return Personal(words.text) if words else None
