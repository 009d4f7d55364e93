"""A decision before it is proposed: what the finding led to in the cases before."""

from typing import ClassVar

from shared.events.base import Event, Model, Result
from shared.events.investigation.findings import RemedyProposed


class Precedent(Model):
    """An answer that earlier cases with the same finding got, and how many of them.

    `answer` is the outcome and the codes of the remedies, `upheld|compensate,credit`.
    """

    answer: str
    cases: int


class ProposalDrafted(Event):
    """A proposal that passed the gate, but for what only other complaints tell.

    `about` is what is compared: category, finding, and the remedy that a playbook has for the
    facts; `answer` is as in `Precedent`.
    """

    event_type: ClassVar[str] = "redress.proposal-drafted.v1"
    proposal: RemedyProposed
    about: str
    answer: str


class PrecedentRead(Result):
    """What the newest cases with the same finding got, the commonest answer first."""

    event_type: ClassVar[str] = "redress.precedent-read.v1"
    practice: tuple[Precedent, ...] = ()
