"""The one port of every channel: a message is kept raw, then opens a complaint or joins one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from services.intake.attachments import Attachments
from services.intake.attachments.intake import Source
from services.intake.attachments.wired import attachments
from services.intake.digests import named
from services.intake.files import Files
from services.intake.rules import network_facts
from services.intake.state import IntakeState
from shared.events.base import Attachment, ComplaintFacts, Input, Lane
from shared.events.intake import ComplaintSubmitted, MessageSubmitted
from shared.events.personal import Personal
from shared.reference import reference_of
from shared.rules.first_screen import funds_in_danger
from shared.rules.secrets import Masked, mask
from shared.runner.door import Accepted, Door, KeyReusedError, Request
from shared.runner.wiring import Wiring

LONGEST = 20_000  # characters, as the form allows


@dataclass(frozen=True)
class Incoming:
    """A message as its channel brought it.

    `account` is which of ours it came to (mailbox, bot, endpoint), `external_id` the channel's own
    id of it: the two make it one message however often it comes. `contact` is the sender's mail
    address where there is one, `thread` where an answer on this channel goes. `supplied` are facts
    that came in fields (txid, user_id, …). `follows` is the complaint it adds to: only where the
    channel has made sure that the sender may. A `quiet` one gets no acknowledgement by mail.
    Where the sender chose the id, `fingerprint` is the content that it stands for.
    """

    channel: str
    account: str
    external_id: str
    raw: bytes
    subject: str
    text: str
    received_at: datetime
    contact: str | None = None
    thread: str | None = None
    language: str | None = None
    files: tuple[Source, ...] = ()
    supplied: Mapping[str, str] = field(default_factory=dict)
    follows: str | None = None
    actor: str = "customer"
    quiet: bool = False
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message; `masked` are the kinds of secrets that were taken out.

    `received_at` (RFC 3339) is of the message that was stored: the same however often it comes.
    """

    complaint: str
    opened: bool
    replayed: bool
    masked: tuple[str, ...] = ()
    received_at: str = ""


def desk(wiring: Wiring) -> Desk:
    """The desk of this process; the stage's door must be open."""
    files = Files(wiring.database, wiring.keyring)
    secret = wiring.settings.token_key.get_secret_value()
    return Desk(wiring.doors["intake"], files, wiring.one(attachments), secret)


@dataclass(frozen=True)
class Desk:
    """Where every channel hands in; `secret` (hex) keys the digests that name a message."""

    door: Door
    files: Files
    attachments: Attachments
    secret: str

    async def receive(self, message: Incoming) -> Receipt:
        """Keep a message for good, once. Nothing is lost by trying again.

        Raises TransientError, and KeyReusedError for an id that came with another fingerprint.
        """
        name = self.name(message)
        complaint = message.follows or self.complaint_of(message)
        there = await self.door.inputs.get(name)
        if there is not None:
            if there.fingerprint != message.fingerprint:
                raise KeyReusedError
            before = Accepted(there.event_id, there.answer, replayed=True)
            return self._receipt(message, there.complaint, before)
        if not message.follows:
            await self.door.keyring.create(complaint)
        raw = await self.files.keep(complaint, message.raw, "raw")
        state = await self._state(message)
        held = state.attachments if state else ()
        attached = await self.attachments.take(complaint, message.files, held)
        subject, text = mask(message.subject), mask(message.text)
        kinds = tuple(sorted({*subject.kinds, *text.kinds}))
        data = _input(message, complaint, (subject, text), (raw, attached, kinds))
        answer = {"masked": list(kinds), "received_at": _instant(message)}
        accepted = await self.door.accept(
            data,
            complaint=complaint,
            actor=message.actor,
            lane=_lane(message, state),
            request=Request(name, message.fingerprint, answer),
        )
        return self._receipt(message, complaint, accepted)

    async def _state(self, message: Incoming) -> IntakeState | None:
        """What is known of the complaint that a message adds to."""
        state = await self.door.state(message.follows) if message.follows else None
        return cast("IntakeState | None", state)

    def _receipt(self, message: Incoming, complaint: str, accepted: Accepted) -> Receipt:
        return Receipt(
            complaint,
            opened=complaint == self.complaint_of(message),
            replayed=accepted.replayed,
            masked=tuple(accepted.answer.get("masked", ())),
            received_at=accepted.answer.get("received_at") or _instant(message),
        )

    def complaint_of(self, message: Incoming) -> str:
        """The complaint that a message opens, known before it is received."""
        return str(uuid.uuid5(uuid.UUID(self.name(message)), "complaint"))

    def name(self, message: Incoming) -> str:
        """The input's id."""
        place = ("message", message.channel, message.account, message.external_id)
        return named(self.secret, *place)

    async def set_aside(self, message: Incoming) -> tuple[str, str]:
        """Keep what opens no complaint under a key of its own: the key's id, and the hash.

        Nobody is told. Raises TransientError.
        """
        key = str(uuid.uuid5(uuid.UUID(self.name(message)), "set aside"))
        await self.door.keyring.create(key)
        return key, await self.files.keep(key, message.raw, "raw")


def _lane(message: Incoming, state: IntakeState | None) -> Lane:
    if funds_in_danger(f"{message.subject}\n{message.text}"):
        return "express"
    return state.lane if state else "normal"


def _input(
    message: Incoming,
    complaint: str,
    words: tuple[Masked, Masked],
    kept: tuple[str, tuple[Attachment, ...], tuple[str, ...]],
) -> Input:
    raw, attached, kinds = kept
    subject, text = (_bounded(masked.text) for masked in words)
    same: dict[str, Any] = {
        "channel": message.channel,
        "thread": Personal(message.thread) if message.thread else None,
        "raw": raw,
        "attachments": attached,
        "masked": kinds,
        "received_at": message.received_at,
    }
    if message.follows:
        said = Personal(text or subject)
        return MessageSubmitted(text=said, supplied=dict(message.supplied), **same)
    facts = ComplaintFacts(
        reference=reference_of(complaint),
        subject=Personal(subject),
        description=Personal(text),
        contact=Personal(message.contact) if message.contact else None,
        language_hint=message.language,
        quiet=message.quiet,
        **same,
        **supplied_facts(message.supplied),
    )
    return ComplaintSubmitted(facts=facts)


def supplied_facts(supplied: Mapping[str, str]) -> dict[str, Any]:
    """The fields of ComplaintFacts for what came in fields of a message."""
    amount = supplied.get("amount")
    known = {"amount": Decimal(amount)} if amount else {}
    return {**supplied, **known, **network_facts(supplied.get("network"))}


def _bounded(text: str) -> str:
    """As much as an event can hold; all of it stands in the raw message."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _instant(message: Incoming) -> str:
    return message.received_at.isoformat().replace("+00:00", "Z")
