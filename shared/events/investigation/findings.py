"""What was found, why it happened, and what should be done."""

from typing import ClassVar, Literal

from pydantic import Field

from shared.events.base import Event, Model, Refused, Remedy, StaffCommand
from shared.events.personal import Personal

RootCause = Literal["platform", "user", "third_party", "rules_applied", "undetermined"]


class CauseSubmitted(StaffCommand):
    """A person records the root cause."""

    event_type: ClassVar[str] = "redress.cause-submitted.v1"
    cause: RootCause
    confidence: float = Field(ge=0, le=1)
    contradicting: tuple[str, ...] = ()
    detail: str | None = None
    reason: str | None = None


class FindingSubmitted(StaffCommand):
    """A person records what they found, on one point of the complaint or on all of it."""

    event_type: ClassVar[str] = "redress.finding-submitted.v1"
    finding: str
    confidence: float = Field(ge=0, le=1)
    contradicting: tuple[str, ...] = ()
    reason: Personal
    point: str | None = None


class PointFinding(Model):
    """What was found on one point of the complaint, and why."""

    point: str
    finding: str
    reason: Personal


class ProposalSubmitted(StaffCommand):
    """A person proposes what to do; `outcome` and `finding` are codes, the note is for staff.

    `language` is the one that the words are written in, `precedent_reason` says why the finding
    leads to another outcome than it usually does.
    """

    event_type: ClassVar[str] = "redress.proposal-submitted.v1"
    outcome: Literal["upheld", "partly_upheld", "rejected", "goodwill"]
    finding: str
    remedies: tuple[Remedy, ...]
    explanation: Personal
    points: tuple[PointFinding, ...] = ()
    precedent_reason: Personal | None = None
    language: str | None = None


class FindingRecorded(Event):
    """What the playbook found; `details` are plain values, amounts as decimal strings.

    `cancel` names withdrawals of the account that are to be stopped before they are broadcast.
    """

    event_type: ClassVar[str] = "redress.finding-recorded.v1"
    level: int
    finding: str
    remedy: str
    details: dict[str, str | int | bool | None]
    explanation: str
    playbook_version: str
    cancel: tuple[str, ...] = ()


class FindingNoted(Event):
    """What a person found and why; `contradicting` are the ids of evidence that speaks against it.

    It stands for `point`, or for the whole complaint, until the next one for the same.
    """

    event_type: ClassVar[str] = "redress.finding-noted.v1"
    level: int
    finding: str
    confidence: float
    contradicting: tuple[str, ...] = ()
    reason: Personal
    point: str | None = None
    found_by: str


class CauseDetermined(Event):
    """The root cause, with how sure we are and what speaks against it.

    `detail` is a code of the taxonomy under the cause; `reason` says why none could be determined.
    """

    event_type: ClassVar[str] = "redress.cause-determined.v1"
    level: int
    cause: RootCause
    confidence: float
    contradicting: tuple[str, ...] = ()
    decided_by: str
    detail: str | None = None
    reason: str | None = None


class RemedyProposed(Event):
    """What should be done and why; resolution approves, acts and decides."""

    event_type: ClassVar[str] = "redress.remedy-proposed.v1"
    proposal_id: str
    level: int
    outcome: Literal["upheld", "partly_upheld", "rejected", "goodwill"]
    finding: str
    cause: RootCause
    remedies: tuple[Remedy, ...]
    details: dict[str, str | int | bool | None]
    explanation: Personal | None = None
    proposed_by: str
    proposer_roles: tuple[str, ...] = ()
    points: tuple[PointFinding, ...] = ()
    precedent_reason: Personal | None = None


class FindingRefused(Refused):
    """The finding does not fit the case."""

    event_type: ClassVar[str] = "redress.finding-refused.v1"


class CauseRefused(Refused):
    """The root cause does not fit the case."""

    event_type: ClassVar[str] = "redress.cause-refused.v1"


class ProposalRefused(Refused):
    """The proposal does not fit the case; `article` is where it is written, if it is law."""

    event_type: ClassVar[str] = "redress.proposal-refused.v1"
    article: str | None = None
