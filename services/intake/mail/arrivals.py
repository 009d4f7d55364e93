"""What becomes of a mail: kept, then a complaint, more facts for one, or set aside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from services.intake.attachments import File
from services.intake.desk import Desk, Incoming, desk
from services.intake.digests import keyed
from services.intake.mail.parse import Mail, Route
from services.intake.mail.reading import Reader
from services.intake.mail.rows import Rows
from services.intake.mail.threads import Threads
from services.intake.mail.words import LIMITS
from services.intake.persons.index import People, people
from shared.log import get_logger
from shared.mail import ours
from shared.metrics import MAILS
from shared.runner.wiring import Wiring

log = get_logger(__name__)
CHANNEL = "email"
# One account for all our addresses: a mail to two of them, or delivered and fetched, is one mail.
ACCOUNT = "mail"


def arrivals(wiring: Wiring) -> Arrivals:
    """The arrivals of this process; the stage's door must be open."""
    own = ours(wiring.settings)
    found = desk(wiring)
    rows, threads = Rows(wiring.database), Threads(found.door, own)
    return Arrivals(found, Reader(own), rows, threads, wiring.one(people))


@dataclass(frozen=True)
class Arrivals:
    """Where every mail goes, whichever way it came."""

    desk: Desk
    reader: Reader
    rows: Rows
    threads: Threads
    people: People

    async def take(self, raw: bytes, route: Route, at: datetime) -> Mail:
        """Keep a mail for good, once. Raises TransientError; nothing is lost by trying again.

        `at` is when it reached us: what the mail says of its date is anybody's claim.
        """
        mail = await self.reader.read(raw, route)
        message = incoming(mail, raw, at)
        name = self.desk.name(message)
        if not await self.rows.fits(name, self._digest(mail.content), at):
            # Two mails under one id: the second is a mail of its own.
            mail = replace(mail, flags=(*mail.flags, "message_id_reused"))
            external_id = f"{mail.message_id} {mail.content}"
            message = replace(message, external_id=external_id)
            name = self.desk.name(message)
            await self.rows.fits(name, self._digest(mail.content), at)
        if mail.set_aside:
            if await self.rows.released(name):
                return mail
            key, digest = await self.desk.set_aside(message)
            told = {"key": key, "raw": digest, "sender": self.people.mark(mail.from_addr)}
        else:
            told = await self._receive(mail, message, name)
        row = {"kind": mail.kind, "set_aside": mail.set_aside, "flags": list(mail.flags), **told}
        if await self.rows.became(name, row):
            MAILS.labels(mail.kind).inc()
            log.info("took a mail", kind=mail.kind, reason=mail.set_aside)
        return mail

    async def _receive(self, mail: Mail, message: Incoming, name: str) -> dict[str, str]:
        answered = (replace(message, external_id=id_) for id_ in mail.threads)
        opened = [self.desk.complaint_of(before) for before in answered]
        follows = await self.threads.complaint(mail, opened)
        quiet = follows is None and not await self._acknowledges(mail, name, message.received_at)
        receipt = await self.desk.receive(replace(message, follows=follows, quiet=quiet))
        return {"complaint": receipt.complaint}

    async def _acknowledges(self, mail: Mail, name: str, now: datetime) -> bool:
        if mail.quiet:
            return False
        sender = self._digest(mail.from_addr.casefold())
        return await self.rows.acknowledges(sender, name, now, LIMITS.acknowledgements)

    def _digest(self, text: str) -> str:
        return keyed(self.desk.secret, text.encode()).hex()


def incoming(mail: Mail, raw: bytes, at: datetime) -> Incoming:
    """A mail as a message of its channel; `at` is when it reached us."""
    return Incoming(
        channel=CHANNEL,
        account=ACCOUNT,
        external_id=mail.message_id,
        raw=raw,
        subject=mail.subject,
        text=mail.text,
        received_at=at,
        contact=mail.from_addr or None,
        thread=mail.message_id if mail.message_id.startswith("<") else None,
        files=tuple(File(file.name, file.content) for file in mail.files),
    )
