"""What a person gets who asks what is kept about them: Regulation (EU) 2016/679 (GDPR) Art. 15.

It is a copy of the data (Art. 15(3)) with what was decided by a rule (15(1)(h)) and who was told
(15(1)(c)). It leaves out what is others': the rights of third persons (15(4)), the names of staff,
who are no recipients (Court of Justice, C-579/21), and how we find thieves. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from services.notify.cases.head import claim_of, head_of
from services.notify.cases.proposals import decisions_of, effects_of
from services.notify.cases.talk import letters_of
from services.notify.cases.telling import Told
from services.notify.copies.evidence import EvidenceCopy, evidence_of
from services.notify.timeline import in_order, title_of
from shared.envelope import Envelope
from shared.events.base import Attachment, Event, Model
from shared.events.intake import (
    AppealReceived,
    ComplaintErased,
    ComplaintReceived,
    ComplaintWithdrawn,
    MessageReceived,
    RatingReceived,
)
from shared.events.notify import CaseRead, StaffMessageSent
from shared.events.verification import IdentityFailed, IdentityVerified

DATA, ACCOUNT = "receive_data", "hear_of_account"
"""What the policy lets somebody ask for who proved enough."""
SAID: Mapping[type[Event], tuple[str, str]] = {
    MessageReceived: ("message", "text"),
    AppealReceived: ("appeal", "reason"),
    RatingReceived: ("rating", "comment"),
    ComplaintWithdrawn: ("withdrawal", "reason"),
    StaffMessageSent: ("our message", "text"),
}


class Message(Model):
    """Something that was written; `about` says what it was."""

    at: datetime
    about: str
    text: str


class LetterCopy(Model):
    """A letter as it was sent, and by which channels."""

    about: str
    at: datetime
    subject: str
    text: str
    sent: tuple[str, ...]


class FileCopy(Model):
    """A file that came with a message; `size` in bytes. Only a `clean` one is handed out."""

    sha256: str
    name: str
    media_type: str
    size: int
    status: str


class Dated(Model):
    """What happened, and when."""

    at: datetime
    what: str


class Copy(Model):
    """One complaint; instants in UTC. Personal words of an erased one read `erased`."""

    complaint_id: str
    erased: bool
    stands: str
    sorted_by_rule: dict[str, str]
    facts: dict[str, str]
    words: dict[str, str]
    messages: tuple[Message, ...]
    letters: tuple[LetterCopy, ...]
    files: tuple[FileCopy, ...]
    decisions: tuple[Dated, ...]
    actions: tuple[Dated, ...]
    evidence: tuple[EvidenceCopy, ...]
    left_out: tuple[str, ...]
    readings: tuple[Dated, ...]
    timeline: tuple[Dated, ...]


def copy_of(complaint: str, events: Sequence[Envelope]) -> Copy:
    """The copy, from the events of all stages; personal values must be unlocked."""
    told = Told(in_order(events), reads=True)
    head, claim, allowed = head_of(told), claim_of(told), _allowed(told)
    evidence, left_out = evidence_of(told, allowed=DATA in allowed)
    hears = ACCOUNT in allowed
    if not hears:
        left_out += ("actions on an account: it was not proved that the account is the writer's",)
    return Copy(
        complaint_id=complaint,
        erased=told.last(ComplaintErased) is not None,
        stands=head.stands,
        sorted_by_rule={"category": head.category, "priority": head.priority},
        facts=dict(claim.facts),
        words=dict(claim.words),
        messages=tuple(_messages(told)),
        letters=tuple(_letters(told)),
        files=tuple(_files(told)),
        decisions=tuple(
            Dated(at=one.at, what=", ".join((one.outcome, one.finding, *one.remedies)))
            for one in decisions_of(told)[::-1]
        ),
        actions=tuple(_actions(told)) if hears else (),
        evidence=evidence,
        left_out=left_out,
        readings=tuple(_readings(told)),
        timeline=tuple(Dated(at=e.time, what=title_of(e.type)) for e in told.events),
    )


def _allowed(told: Told) -> frozenset[str]:
    last = told.last(IdentityVerified, IdentityFailed)
    return frozenset(last.allows if isinstance(last, IdentityVerified) else ())


def _messages(told: Told) -> Iterator[Message]:
    for event, data in told.of(*SAID):
        about, field = SAID[type(data)]
        score = f" {data.score} of 5" if isinstance(data, RatingReceived) else ""
        text = told.said(getattr(data, field))
        yield Message(at=event.time, about=about + score, text=text)


def _letters(told: Told) -> Iterator[LetterCopy]:
    for one in letters_of(told)[::-1]:
        yield LetterCopy(
            about=one.kind, at=one.at, subject=one.subject, text=one.text, sent=tuple(one.went)
        )


def _files(told: Told) -> Iterator[FileCopy]:
    found: dict[str, Attachment] = {}
    for _, data in told.of(ComplaintReceived, MessageReceived):
        parts = data.facts if isinstance(data, ComplaintReceived) else data
        found |= {one.sha256: one for one in parts.attachments}
    for one in found.values():
        plain = one.model_dump(include={"sha256", "media_type", "size", "status"})
        yield FileCopy(**plain, name=told.said(one.name))


def _actions(told: Told) -> Iterator[Dated]:
    for one in effects_of(told)[::-1]:
        yield Dated(at=one.at, what=f"{one.what}: {one.status}")


def _readings(told: Told) -> Iterator[Dated]:
    """That it was read, what and why; by whom is the staff's own matter."""
    for event, data in told.of(CaseRead):
        why = data.reason or data.ground
        yield Dated(at=event.time, what=f"{data.part}: {why}")
