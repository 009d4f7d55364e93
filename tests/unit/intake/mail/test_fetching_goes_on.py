"""One mail that cannot be taken does not end the fetching of the others."""

import imaplib
from datetime import UTC, datetime

from services.intake.mail.imap import Fetcher


class Client:
    """What the mailbox's connection answers to a fetch."""

    def uid(self, _, uid, __):
        return "OK", [(f'1 (INTERNALDATE "{stamp()}" BODY[]<0> {{2}}'.encode(), uid.encode())]


class Box:
    """A folder in memory, as the fetcher uses one."""

    def __init__(self):
        self.client, self.seen = Client(), []

    def flag(self, uid, _, *, value):
        self.seen += [uid] if value else []


class Arrivals:
    """Takes every mail but the first."""

    async def take(self, raw, *_):
        if raw == b"1":
            raise KeyError("what nobody thought of")


def stamp():
    return imaplib.Time2Internaldate(datetime.now(UTC)).strip('"')


async def test_a_mail_that_cannot_be_taken_stays_unseen_and_the_next_is_taken():
    box, fetcher = Box(), Fetcher(Arrivals(), "imap://nobody:x@127.0.0.1/", 1.0)

    taken = [await fetcher._take(box, uid) for uid in ("1", "2")]  # noqa: SLF001 - a step of fetch

    assert (taken, box.seen) == ([False, True], ["2"])
