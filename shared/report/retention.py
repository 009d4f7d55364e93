"""Which complaints' time is over, which a hold keeps, and what law says so. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from shared.report.register.row import Row
from shared.rules.retention import RETENTION, Retention, kept, terms_of

Standing = Literal["due", "held", "kept", "open", "unknown", "erased"]


@dataclass(frozen=True)
class Entry:
    """One complaint; `until` is the last day it is kept, `source` the law that says so.

    `due`: it may be erased now; `held`: it might be, but a legal hold keeps it; `unknown`: of one
    of its places no term is known; `open`: it is neither closed nor found to be none of ours, and
    no term runs.
    """

    complaint: str
    reference: str
    standing: Standing
    until: date | None = None
    years: int | None = None
    source: str = ""


def retained(
    rows: Iterable[Row],
    on: date,
    packs: Collection[str] = (),
    conditions: Collection[str] = (),
    table: Retention = RETENTION,
) -> list[Entry]:
    """How each row of the register stands on a day, in the rows' order.

    `packs` hold for every complaint beside those of its clocks, since a law without a number of
    days starts none.
    """
    return [_entry(row, on, packs, conditions, table) for row in rows]


def _entry(
    row: Row, on: date, packs: Collection[str], conditions: Collection[str], table: Retention
) -> Entry:
    if row.erased_at is not None:
        return Entry(row.complaint, row.case_id, "erased")
    ended = _ended(row)
    if row.received_at is None or ended is None:
        return Entry(row.complaint, row.case_id, "open")
    places = {*packs, *(one.partition("@")[0] for one in row.jurisdictions)}
    known = {place: terms_of(place, on, conditions, table) for place in places}
    terms = [term for found in known.values() for term in found]
    longest = kept(row.received_at, ended, terms)
    if longest is None or not all(known.values()):
        missing = ", ".join(sorted(place for place, found in known.items() if not found))
        return Entry(row.complaint, row.case_id, "unknown", source=missing)
    over: Standing = "held" if row.hold else "due"
    standing = over if on > longest.until else "kept"
    term = longest.term
    return Entry(row.complaint, row.case_id, standing, longest.until, term.years, term.source)


def _ended(row: Row) -> datetime | None:
    """When nothing more was to come; None while it may, as after an appeal."""
    if row.closed_at is None:
        return row.admissible_at if row.admissible is False else None
    again = any(appeal["at"] > row.closed_at for appeal in row.appeals)
    return None if again else row.closed_at
