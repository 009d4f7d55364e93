"""Judging: what a playbook makes of a case's evidence."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from services.investigation.playbooks.sheet import Found, Sheet
from services.investigation.state import InvestigationState
from services.investigation.state.case import Details
from shared.decider import Context
from shared.events.base import Remedy


@dataclass(frozen=True)
class Judgement:
    """A finding, its numbers, its words, and what would be done if no person is needed.

    `version` is that of the playbook's data; `again`: the facts are not final, look again `after` a
    while, by default the policy's; `playbook` is the one that judged, where the plan names another.
    """

    finding: str
    remedy: str
    details: Details
    explanation: str
    remedies: tuple[Remedy, ...]
    version: str
    again: bool = False
    cancel: tuple[str, ...] = ()
    playbook: str | None = None
    after: timedelta | None = None


# A text in place of a judgement is the code why a person is needed.
Judge = Callable[[InvestigationState, Context], Judgement | str]


def by_sheet(sheet: Sheet[Any], found: Found, *remedies: Remedy) -> Judgement:
    """The judgement that a playbook's sheet makes of what was found."""
    remedy = sheet.remedy(found)
    return Judgement(
        finding=found.finding,
        remedy=remedy,
        details=dict(found.details),
        explanation=sheet.explanation(found),
        remedies=remedies or (Remedy(code=remedy),),
        version=sheet.version,
        again=remedy == "wait",
    )
