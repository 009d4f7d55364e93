"""Investigation's staff commands: evidence, findings, the cause, what to do."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.investigation.rules.causes import DETAILS
from services.investigation.rules.conclusions import Outcome
from services.investigation.rules.filing import filed
from shared.events.base import Remedy
from shared.events.investigation import (
    CauseSubmitted,
    EvidenceSubmitted,
    FindingSubmitted,
    PointFinding,
    ProposalSubmitted,
    RootCause,
    SupersedingSubmitted,
)
from shared.events.personal import Personal
from shared.http.tokens import Principal
from shared.rules.remedies import REMEDIES, known_remedy
from shared.runner.staff import Command

STAFF = frozenset({"agent", "supervisor"})
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{1,63}$")]
Words = Annotated[str, Field(min_length=1, max_length=4000)]
Name = Annotated[str, Field(min_length=1, max_length=180)]
Id = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,64}$")]
# What the exchange's ledger can hold; a number of another size is a 422 before it is an event.
LedgerAmount = Annotated[
    Decimal, Field(ge=0, max_digits=38, decimal_places=18, allow_inf_nan=False)
]
Detail = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9_]{1,63}$", json_schema_extra={"enum": [*DETAILS]})
]
RemedyCode = Annotated[
    str, AfterValidator(known_remedy), Field(json_schema_extra={"enum": [*REMEDIES]})
]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class AddEvidence(_Body):
    """What was found, where, and of which kind."""

    type: Code
    source: Code
    summary: Words


class SupersedeEvidence(_Body):
    """Which piece of evidence counts no more, and which one counts in its place."""

    evidence_id: Id
    by: Id


class RecordFinding(_Body):
    """What was found, how sure that is, what speaks against it, why; on a point or on all."""

    finding: Code
    confidence: float = Field(ge=0, le=1)
    contradicting: tuple[Id, ...] = Field(default=(), max_length=20)
    reason: Words
    point: Annotated[str, Field(min_length=1, max_length=500)] | None = None


class RecordCause(_Body):
    """Why it happened, how sure that is, and what speaks against it.

    `detail` is what the taxonomy names under the cause; `reason` why none could be determined.
    """

    cause: RootCause
    confidence: float = Field(ge=0, le=1)
    contradicting: tuple[Code, ...] = Field(default=(), max_length=20)
    detail: Detail | None = None
    reason: Code | None = None


class ProposedRemedy(_Body):
    """One thing to do; a payment names what it pays for, as network|txid|output or an order."""

    code: RemedyCode
    user_id: Name | None = None
    asset: Name | None = None
    amount: LedgerAmount | None = None
    thing: Name | None = None
    scope: tuple[Code, ...] = Field(default=(), max_length=5)


class AnsweredPoint(_Body):
    """What was found on one point of the complaint, and why."""

    point: Annotated[str, Field(min_length=1, max_length=500)]
    finding: Code
    reason: Words


class Propose(_Body):
    """What should be decided and done, with the words for the customer and their language.

    Each point has a finding, here or by `record-finding`; the last open one takes that of the
    proposal. An outcome that the finding does not usually have needs `precedent_reason`.
    """

    outcome: Outcome
    finding: Code
    remedies: tuple[ProposedRemedy, ...] = Field(max_length=10)
    explanation: Words
    points: tuple[AnsweredPoint, ...] = Field(default=(), max_length=20)
    precedent_reason: Words | None = None
    language: str = Field(pattern=r"^[a-z]{2,3}$")


def _add_evidence(body: AddEvidence, staff: Principal, now: datetime) -> EvidenceSubmitted:
    evidence = filed(
        {"summary": body.summary},
        kind=body.type,
        source=body.source,
        query="person",
        at=now,
        collector=f"staff:{staff.subject}",
        sensitivity="personal",
    )
    return EvidenceSubmitted(staff=staff.subject, evidence=evidence)


def _record_cause(body: RecordCause, staff: Principal, _now: datetime) -> CauseSubmitted:
    return CauseSubmitted(
        staff=staff.subject,
        cause=body.cause,
        confidence=body.confidence,
        contradicting=body.contradicting,
        detail=body.detail,
        reason=body.reason,
    )


def _supersede(body: SupersedeEvidence, staff: Principal, _now: datetime) -> SupersedingSubmitted:
    return SupersedingSubmitted(staff=staff.subject, evidence_id=body.evidence_id, by=body.by)


def _record_finding(body: RecordFinding, staff: Principal, _now: datetime) -> FindingSubmitted:
    return FindingSubmitted(
        staff=staff.subject,
        finding=body.finding,
        confidence=body.confidence,
        contradicting=body.contradicting,
        reason=Personal(body.reason),
        point=body.point,
    )


def _propose(body: Propose, staff: Principal, _now: datetime) -> ProposalSubmitted:
    return ProposalSubmitted(
        staff=staff.subject,
        outcome=body.outcome,
        finding=body.finding,
        remedies=tuple(Remedy(**remedy.model_dump()) for remedy in body.remedies),
        explanation=Personal(body.explanation),
        points=tuple(
            PointFinding(point=one.point, finding=one.finding, reason=Personal(one.reason))
            for one in body.points
        ),
        precedent_reason=Personal(body.precedent_reason) if body.precedent_reason else None,
        language=body.language,
    )


COMMANDS = {
    "add-evidence": Command(AddEvidence, _add_evidence, STAFF),
    "supersede-evidence": Command(SupersedeEvidence, _supersede, STAFF),
    "record-finding": Command(RecordFinding, _record_finding, STAFF),
    "record-cause": Command(RecordCause, _record_cause, STAFF),
    "propose": Command(Propose, _propose, STAFF),
}
