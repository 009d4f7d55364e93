"""Investigation: what happened, who caused it, what should be done."""

from shared.events.investigation.course import (
    AppealNoted,
    AssignmentNoted,
    InvestigationEnded,
    InvestigationLaneRaised,
    InvestigationStarted,
    WorkItemOpened,
)
from shared.events.investigation.evidence import (
    ClaimedFacts,
    Evidence,
    EvidenceAdded,
    EvidenceCollected,
    EvidenceMissing,
    EvidenceRefused,
    EvidenceSubmitted,
    FactsNoted,
    RecheckScheduled,
    Sensitivity,
)
from shared.events.investigation.findings import (
    CauseDetermined,
    CauseRefused,
    CauseSubmitted,
    FindingRecorded,
    ProposalRefused,
    ProposalSubmitted,
    RemedyProposed,
    RootCause,
)

__all__ = [
    "AppealNoted",
    "AssignmentNoted",
    "CauseDetermined",
    "CauseRefused",
    "CauseSubmitted",
    "ClaimedFacts",
    "Evidence",
    "EvidenceAdded",
    "EvidenceCollected",
    "EvidenceMissing",
    "EvidenceRefused",
    "EvidenceSubmitted",
    "FactsNoted",
    "FindingRecorded",
    "InvestigationEnded",
    "InvestigationLaneRaised",
    "InvestigationStarted",
    "ProposalRefused",
    "ProposalSubmitted",
    "RecheckScheduled",
    "RemedyProposed",
    "RootCause",
    "Sensitivity",
    "WorkItemOpened",
]
