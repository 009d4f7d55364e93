"""One complaint's events of one stage: dense, chained, made from their causes, legal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from shared.audit.manifest import BadExportError
from shared.envelope import event_id

NEEDS_BEFORE = {
    "redress.info-reminded.v1": "redress.info-requested.v1",
    "redress.case-assigned.v1": "redress.case-classified.v1",
    "redress.case-recategorised.v1": "redress.case-classified.v1",
    "redress.clock-met.v1": "redress.clock-started.v1",
    "redress.clock-breached.v1": "redress.clock-started.v1",
    "redress.clock-warned.v1": "redress.clock-started.v1",
    "redress.clock-paused.v1": "redress.clock-started.v1",
    "redress.clock-resumed.v1": "redress.clock-paused.v1",
    "redress.clock-extended.v1": "redress.clock-started.v1",
    "redress.clock-stopped.v1": "redress.clock-breached.v1",
    "redress.lease-kept.v1": "redress.lease-taken.v1",
    "redress.lease-expired.v1": "redress.lease-taken.v1",
    "redress.case-unmerged.v1": "redress.case-merged.v1",
    "redress.case-parted.v1": "redress.case-joined.v1",
    "redress.remedy-proposed.v1": "redress.investigation-started.v1",
    "redress.effect-verified.v1": "redress.effect-requested.v1",
    "redress.effect-failed.v1": "redress.effect-requested.v1",
    "redress.approval-given.v1": "redress.approval-requested.v1",
    "redress.decision-confirmed.v1": "redress.decision-made.v1",
    "redress.appeal-admitted.v1": "redress.decision-made.v1",
    "redress.letter-sent.v1": "redress.letter-requested.v1",
    "redress.letter-failed.v1": "redress.letter-requested.v1",
}
"""Legal transitions: what a complaint's stage must have decided before."""


class Row(NamedTuple):
    """One event; rows sort by complaint, stage, sequence and leaf. `digest` is of its bytes."""

    complaint: str
    stage: str
    sequence: int
    leaf: int
    topic: str
    partition: int
    offset: int
    digest: str
    prevhash: str
    id: str
    cause: str
    type: str
    value: bytes

    @property
    def place(self) -> str:
        """Where it stood in the log: topic/partition/offset."""
        return f"{self.topic}/{self.partition}/{self.offset}"


def checked(rows: Iterable[tuple[Any, ...]]) -> Sequence[Row]:
    """The chain without its copies. Raises BadExportError naming what breaks it."""
    chain: list[Row] = []
    newest: dict[tuple[str, int], Row] = {}
    links = _Links()
    for row in map(Row._make, rows):
        if chain and chain[-1].sequence == row.sequence:
            _check_copy(chain[-1], row)
            continue
        _check_order(newest, row)
        links.check(row, len(chain) + 1)
        chain.append(row)
    return chain


def _bad(row: Row, told: str) -> BadExportError:
    return BadExportError(f"{row.place}: {told}", row.leaf)


def _check_copy(first: Row, row: Row) -> None:
    if row.digest != first.digest:
        raise _bad(row, f"another event has this sequence ({first.place})")


def _check_order(newest: dict[tuple[str, int], Row], row: Row) -> None:
    """Within a partition what comes later stands behind; over lanes nobody promises it."""
    before = newest.setdefault((row.topic, row.partition), row)
    if before.offset > row.offset:
        raise _bad(before, f"it stands behind {row.place}, which follows it")
    newest[row.topic, row.partition] = row


class _Links:
    """What the next event of a chain must follow."""

    def __init__(self) -> None:
        self._before, self._cause, self._index = "", "", 0
        self._types: set[str] = set()

    def check(self, row: Row, expected: int) -> None:
        for told in self._faults(row, expected):
            raise _bad(row, told)
        self._types.add(row.type)
        self._before = row.digest

    def _faults(self, row: Row, expected: int) -> Iterator[str]:
        if row.sequence != expected:
            yield f"sequence {expected} is missing before it"
        if row.prevhash != self._before:
            yield "it does not follow the event before it"
        self._index = self._index + 1 if row.cause == self._cause else 0
        self._cause = row.cause
        if row.id != event_id(row.complaint, row.stage, expected, row.cause, self._index):
            yield "its id is not made from its cause"
        needed = NEEDS_BEFORE.get(row.type)
        if needed and needed not in self._types:
            yield f"{row.type} without {needed} before it"
