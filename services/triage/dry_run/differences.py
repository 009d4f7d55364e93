"""Two policies over one export: every complaint that they treat otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from services.triage.dry_run.recorded import Case, cases
from services.triage.dry_run.rerun import Outcome, rerun
from shared.audit.manifest import read as read_manifest
from shared.events.personal import DataKey
from shared.policy import Policy

Keys = Callable[[Sequence[str]], Mapping[str, DataKey]]
"""The keys of these names, those that exist; a destroyed one has no secret."""
ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Difference:
    """What would be otherwise: category, priority, team, error, or the deadline of a `clock`.

    A value that changed on the way names all it was; empty: there is none.
    """

    what: str
    old: str
    new: str
    clock: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One complaint; `unjudged` says why it could not be decided again."""

    complaint: str
    differences: tuple[Difference, ...] = ()
    unjudged: str = ""


def verdicts(folder: Path, policies: tuple[Policy, Policy], keys: Keys) -> Iterator[Verdict]:
    """One verdict for each complaint that triage was told of.

    Raises UsageError, BadExportError, and what `keys` raises.
    """
    until = read_manifest(folder).moment
    for partition in cases(folder):
        names = {one.kid for case in partition for one in case.sealed if one.kid}
        found = keys(sorted(names)) if names else {}
        for case in partition:
            yield _judged(case, policies, found, until)


def _judged(
    case: Case, policies: tuple[Policy, Policy], keys: Mapping[str, DataKey], until: datetime
) -> Verdict:
    for personal in case.sealed:
        key = keys.get(personal.kid or "")
        if key is None or key.secret is None:
            return Verdict(case.complaint, unjudged=ERASED)
        personal.unlock(key)
    old, new = (rerun(case.complaint, case.told, policy, until) for policy in policies)
    return Verdict(case.complaint, tuple(differences(old, new)))


def differences(old: Outcome, new: Outcome) -> Iterator[Difference]:
    """Where two outcomes part."""
    pairs = (
        ("category", _trail(old.category), _trail(new.category)),
        ("priority", _trail(old.priority), _trail(new.priority)),
        ("team", _trail(old.team), _trail(new.team)),
        ("error", old.failed, new.failed),
    )
    yield from (Difference(*pair) for pair in pairs if pair[1] != pair[2])
    for clock in sorted(old.deadlines.keys() | new.deadlines.keys()):
        before, after = old.deadlines.get(clock), new.deadlines.get(clock)
        if before != after:
            yield Difference("deadline", _instant(before), _instant(after), clock)


def _trail(values: Sequence[str]) -> str:
    return ", then ".join(values)


def _instant(time: datetime | None) -> str:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z") if time else ""
