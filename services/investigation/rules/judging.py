"""Judging: what a playbook makes of a case's evidence."""

from collections.abc import Callable
from dataclasses import dataclass

from services.investigation.state import InvestigationState
from services.investigation.state.case import Details
from shared.decider import Context
from shared.events.base import Remedy


@dataclass(frozen=True)
class Judgement:
    """A finding, its numbers, its words, and what would be done if no person is needed.

    `version` is that of the playbook's data; `again`: the facts are not final, look again later.
    """

    finding: str
    remedy: str
    details: Details
    explanation: str
    remedies: tuple[Remedy, ...]
    version: str
    again: bool = False


# A text in place of a judgement is the code why a person is needed.
Judge = Callable[[InvestigationState, Context], Judgement | str]
