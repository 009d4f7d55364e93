"""One mail that cannot be taken does not end the fetching of the others."""

import asyncio
import imaplib
from datetime import UTC, datetime

from services.intake.mail.imap import Fetcher


class Client:
    """What the mailbox's connection answers to a fetch."""

    def uid(self, _, uid, __):
        if uid == "unreadable":
            raise IndexError("an answer that nobody thought of")
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

    taken = [await fetcher._take(box, uid) for uid in ("1", "unreadable", "2")]  # noqa: SLF001 - a step of fetch

    assert (taken, box.seen) == ([False, False, True], ["2"])


async def test_the_fetching_survives_everything_but_its_end():
    fetcher = Fetcher(Arrivals(), "imap://nobody:x@127.0.0.1:port/", 0.01)  # no number: ValueError
    task = asyncio.create_task(fetcher.run())

    done, _ = await asyncio.wait([task], timeout=0.3)
    task.cancel()
    await asyncio.wait([task])

    assert done == set()
    assert task.cancelled()
