"""Rows of the register from the log's events alone. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from shared.envelope import Envelope
from shared.report.register.after import RULES as AFTER
from shared.report.register.course import RULES as COURSE
from shared.report.register.row import Row

Cases = Mapping[str, Sequence[tuple[str, Envelope]]]
"""The events of each complaint, of all stages, each with the sha256 of its bytes."""
RULES = {**COURSE, **AFTER}
NEVER = datetime.max.replace(tzinfo=UTC)


def rows(cases: Cases) -> list[Row]:
    """A row for each complaint that was received, in the order of receipt."""
    found = [_row(complaint, events) for complaint, events in cases.items()]
    held = [row for row in found if row.received_at is not None]
    held.sort(key=lambda row: (row.received_at or NEVER, row.complaint))
    firsts: dict[str, str] = {}
    for row in held:
        client = row.client or row.complaint
        first = firsts.setdefault(client, _first(cases[row.complaint]))
        row.client = pseudonym(client, first)
    return held


def pseudonym(client: str, salt: str) -> str:
    """The same for every complaint of a client, and no way back without the log.

    `salt` is the hash of the client's first event: who holds the register alone cannot try all
    account numbers, as they could were the number just hashed.
    """
    return "C-" + hashlib.sha256(f"{salt}|{client}".encode()).hexdigest()[:16]


def _first(events: Sequence[tuple[str, Envelope]]) -> str:
    return min(events, key=lambda one: _order(one[1]))[0]


def _row(complaint: str, events: Iterable[tuple[str, Envelope]]) -> Row:
    row, policies = Row(complaint), set()
    for event in sorted((event for _, event in events), key=_order):
        policies.add(event.policyversion)
        if rule := RULES.get(type(event.data)):
            rule(row, event, event.data)
    row.policies = sorted(policies - {""})
    return row


def _order(event: Envelope) -> tuple[datetime, str, int]:
    return event.time, event.source, event.sequence or 0
