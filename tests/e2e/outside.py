"""What the checker says of the world outside: money, mails, and words that must not be told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from email import message_from_bytes
from typing import Any

from tests.e2e.evidence import Evidence
from tests.e2e.log import Log


def paid_twice(evidence: Evidence) -> Iterator[str]:
    """I11: at the exchange, a key acted once and a thing was paid for once."""
    rows = evidence.ledger
    keys = Counter(str(row["_id"]).lower() for row in rows)
    things = Counter(
        (row["action"], row["order"]["reference"].lower())
        for row in rows
        if row["action"] in ("credit", "compensate")
    )
    for thing, count in (*keys.items(), *things.items()):
        if count > 1:
            yield f"{thing}: {count} entries of the ledger"


def never_done(log: Log, evidence: Evidence) -> Iterator[str]:
    """I11: what the log says was done outside was done there."""
    ledger = {str(row["_id"]).lower() for row in evidence.ledger}
    mails = _mails(evidence)
    for (stage, complaint), history in log.histories.items():
        for data in (entry.body["data"] for entry in history if _verified(entry.body)):
            if data["key"].lower() not in ledger:
                yield f"{stage} {complaint}: {data['key']} is not in the ledger"
        for data in (entry.body["data"] for entry in history if _mailed(entry.body)):
            if data["letter_id"] not in mails:
                yield f"{stage} {complaint}: the mail of {data['letter_id']} was never sent"


def _verified(body: dict[str, Any]) -> bool:
    return body["type"] == "redress.effect-verified.v1"


def _mailed(body: dict[str, Any]) -> bool:
    return body["type"] == "redress.letter-sent.v1" and body["data"]["channel"] == "email"


def _mails(evidence: Evidence) -> Counter[str]:
    """How often each letter arrived."""
    ids = (str(message_from_bytes(raw)["Message-ID"]) for raw in evidence.mails)
    return Counter(id_.strip("<>").partition("@")[0] for id_ in ids)


def sent_too_often(evidence: Evidence, crashes: int | None) -> Iterator[str]:
    """I11: a letter is sent once, and once more for a crash at most."""
    for letter, count in _mails(evidence).items():
        if crashes is not None and count > 1 + crashes:
            yield f"{letter}: {count} mails after {crashes} crashes"


def told(evidence: Evidence, canaries: Sequence[str]) -> Iterator[str]:
    """I12: no log, header or label holds a customer's words."""
    words = {canary: canary.encode() for canary in canaries}
    prints = dict(evidence.prints)
    for record in evidence.records:
        held = b"|".join(
            part for name, value in record.headers for part in (name.encode(), value or b"")
        )
        prints[f"{record.topic}'s headers"] = prints.get(f"{record.topic}'s headers", b"") + held
    for place, text in prints.items():
        for canary, word in words.items():
            if word in text:
                yield f"{place}: it tells {canary}"
