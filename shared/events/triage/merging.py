"""Triage: a case that waits for another about the same matter, and is taken from it again."""

from typing import ClassVar

from shared.events.base import Event, Input, Refused, Result, StaffCommand


class MergeSubmitted(StaffCommand):
    """A person lets the case wait for another (`into` is its id); `reason` is a code."""

    event_type: ClassVar[str] = "redress.merge-submitted.v1"
    into: str
    reason: str


class UnmergeSubmitted(StaffCommand):
    """A person takes that back; `reason` is a code."""

    event_type: ClassVar[str] = "redress.unmerge-submitted.v1"
    reason: str


class MergeNoticed(Input):
    """Another case waits for this one."""

    event_type: ClassVar[str] = "redress.merge-noticed.v1"
    other: str
    staff: str


class UnmergeNoticed(Input):
    """The other case waits for this one no more."""

    event_type: ClassVar[str] = "redress.unmerge-noticed.v1"
    other: str


class LeadingEnded(Input):
    """Nobody works on the leading case any more; `assignee` is who last did, `reason` a code."""

    event_type: ClassVar[str] = "redress.leading-ended.v1"
    leading: str
    reason: str
    assignee: str | None = None


class MergeInformed(Result):
    """The other case's door took the news; `known` is whether there is such a case."""

    event_type: ClassVar[str] = "redress.merge-informed.v1"
    known: bool = True


class CaseMerged(Event):
    """The case waits for the case `into`: nobody works on it, its clocks and rights stay."""

    event_type: ClassVar[str] = "redress.case-merged.v1"
    into: str
    reason: str
    staff: str


class CaseUnmerged(Event):
    """The case is worked on again; no `staff` where no person asked for it.

    `noticed`: the leading case told it, or is none.
    """

    event_type: ClassVar[str] = "redress.case-unmerged.v1"
    into: str
    reason: str
    staff: str | None = None
    noticed: bool = False


class CaseJoined(Event):
    """The case `other` waits for this one; each keeps its clocks and gets its own decision."""

    event_type: ClassVar[str] = "redress.case-joined.v1"
    other: str
    staff: str


class CaseParted(Event):
    """The case `other` waits for this one no more."""

    event_type: ClassVar[str] = "redress.case-parted.v1"
    other: str


class MergeTold(Event):
    """The other case knows; `key` is the item of due work."""

    event_type: ClassVar[str] = "redress.merge-told.v1"
    key: str


class MergeRefused(Refused):
    """The case cannot wait for another, or waits for none."""

    event_type: ClassVar[str] = "redress.merge-refused.v1"
