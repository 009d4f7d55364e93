"""Investigation: what happened, who caused it, what should be done."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime, Field

from shared.events.base import (
    Amount,
    Category,
    Event,
    LaneRaised,
    Model,
    Refused,
    Remedy,
    Result,
    StaffCommand,
)
from shared.events.personal import Personal

RootCause = Literal["platform", "user", "third_party", "rules_applied", "undetermined"]
Sensitivity = Literal["public", "internal", "personal"]


class Evidence(Model):
    """One piece of evidence; `content` is the canonical JSON text whose sha256 is given."""

    evidence_id: str
    type: str
    source: str
    query: str
    collected_at: AwareDatetime
    collector: str
    sha256: str
    sensitivity: Sensitivity
    content: Personal


class ClaimedFacts(Model):
    """What the sources are asked about, in the customer's words; amounts in units of `asset`.

    `received_at` is None until verification has passed the complaint on.
    """

    user_id: str | None = None
    txid: str | None = None
    address: str | None = None
    order_id: str | None = None
    amount: Amount | None = None
    asset: str | None = None
    network: str | None = None
    memo: str | None = None
    occurred_at: AwareDatetime | None = None
    received_at: AwareDatetime | None = None


class EvidenceCollected(Result):
    """A source answered, or could not be asked (`evidence` None, `problem` a code)."""

    event_type: ClassVar[str] = "redress.evidence-collected.v1"
    source: str
    evidence: Evidence | None = None
    problem: str | None = None


class EvidenceSubmitted(StaffCommand):
    """A person adds evidence."""

    event_type: ClassVar[str] = "redress.evidence-submitted.v1"
    evidence: Evidence


class CauseSubmitted(StaffCommand):
    """A person records the root cause."""

    event_type: ClassVar[str] = "redress.cause-submitted.v1"
    cause: RootCause
    confidence: float = Field(ge=0, le=1)
    contradicting: tuple[str, ...] = ()


class ProposalSubmitted(StaffCommand):
    """A person proposes what to do; `outcome` and `finding` are codes, the note is for staff."""

    event_type: ClassVar[str] = "redress.proposal-submitted.v1"
    outcome: Literal["upheld", "partly_upheld", "rejected", "goodwill"]
    finding: str
    remedies: tuple[Remedy, ...]
    explanation: Personal


class FactsNoted(Event):
    """What is known of the claim, as far as the sources are asked about it."""

    event_type: ClassVar[str] = "redress.facts-noted.v1"
    claim: ClaimedFacts


class AssignmentNoted(Event):
    """Whose case it is, where the investigation does not start or has started before."""

    event_type: ClassVar[str] = "redress.assignment-noted.v1"
    level: int
    assignee: str
    category: Category


class AppealNoted(Event):
    """The points that the next level must answer."""

    event_type: ClassVar[str] = "redress.appeal-noted.v1"
    level: int
    points: tuple[str, ...]


class InvestigationStarted(Event):
    """The plan: which sources are asked, by which playbook."""

    event_type: ClassVar[str] = "redress.investigation-started.v1"
    level: int
    category: Category
    playbook: str | None = None
    sources: tuple[str, ...]
    assignee: str


class EvidenceAdded(Event):
    """A piece of evidence is on file; nothing is ever deleted, only superseded."""

    event_type: ClassVar[str] = "redress.evidence-added.v1"
    evidence: Evidence
    key: str | None = None
    supersedes: str | None = None


class EvidenceMissing(Event):
    """A source could not be asked; it is asked again at `again_at`, or given up where None."""

    event_type: ClassVar[str] = "redress.evidence-missing.v1"
    key: str
    source: str
    problem: str
    again_at: AwareDatetime | None = None


class FindingRecorded(Event):
    """What the playbook found; `details` are plain values, amounts as decimal strings."""

    event_type: ClassVar[str] = "redress.finding-recorded.v1"
    level: int
    finding: str
    remedy: str
    details: dict[str, str | int | bool | None]
    explanation: str
    playbook_version: str


class RecheckScheduled(Event):
    """The facts are not final yet; the sources are asked again at `at`."""

    event_type: ClassVar[str] = "redress.recheck-scheduled.v1"
    at: AwareDatetime
    finding: str
    details: dict[str, str | int | bool | None]


class WorkItemOpened(Event):
    """A person is needed: the evidence is collected, the question is open.

    `reason` is a code; `points` are an appeal's.
    """

    event_type: ClassVar[str] = "redress.work-item-opened.v1"
    level: int
    category: Category
    assignee: str
    reason: str
    points: tuple[str, ...] = ()


class CauseDetermined(Event):
    """The root cause, with how sure we are and what speaks against it."""

    event_type: ClassVar[str] = "redress.cause-determined.v1"
    level: int
    cause: RootCause
    confidence: float
    contradicting: tuple[str, ...] = ()
    decided_by: str


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


class InvestigationEnded(Event):
    """The case is settled at `level`: nothing is asked or proposed any more."""

    event_type: ClassVar[str] = "redress.investigation-ended.v1"
    level: int
    reason: Literal["closed", "inadmissible"]


class EvidenceRefused(Refused):
    """The evidence does not fit the case."""

    event_type: ClassVar[str] = "redress.evidence-refused.v1"


class CauseRefused(Refused):
    """The root cause does not fit the case."""

    event_type: ClassVar[str] = "redress.cause-refused.v1"


class ProposalRefused(Refused):
    """The proposal does not fit the case."""

    event_type: ClassVar[str] = "redress.proposal-refused.v1"


class InvestigationLaneRaised(LaneRaised):
    """Investigation moved the complaint to the express lane."""

    event_type: ClassVar[str] = "redress.investigation-lane-raised.v1"
