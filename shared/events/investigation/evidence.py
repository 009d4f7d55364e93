"""What the sources are asked, and what they answer."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime

from shared.events.base import Amount, Event, Model, Refused, Result, StaffCommand
from shared.events.personal import Personal

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

    `product` is the item of the product list that the words fit, were it a suggestion.
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
    product: str | None = None


class EvidenceCollected(Result):
    """A source answered, or could not be asked (`evidence` None, `problem` a code).

    `marks` are keyed digests of devices and addresses of the net, by which cases are alike.
    """

    event_type: ClassVar[str] = "redress.evidence-collected.v1"
    source: str
    evidence: Evidence | None = None
    problem: str | None = None
    marks: tuple[str, ...] = ()


class EvidenceSubmitted(StaffCommand):
    """A person adds evidence."""

    event_type: ClassVar[str] = "redress.evidence-submitted.v1"
    evidence: Evidence


class FactsNoted(Event):
    """What is known of the claim, as far as the sources are asked about it."""

    event_type: ClassVar[str] = "redress.facts-noted.v1"
    claim: ClaimedFacts


class EvidenceAdded(Event):
    """A piece of evidence is on file; nothing is ever deleted, only superseded."""

    event_type: ClassVar[str] = "redress.evidence-added.v1"
    evidence: Evidence
    key: str | None = None
    supersedes: str | None = None
    marks: tuple[str, ...] = ()


class EvidenceMissing(Event):
    """A source could not be asked; it is asked again at `again_at`, or given up where None."""

    event_type: ClassVar[str] = "redress.evidence-missing.v1"
    key: str
    source: str
    problem: str
    again_at: AwareDatetime | None = None


class RecheckScheduled(Event):
    """The facts are not final yet; the sources are asked again at `at`."""

    event_type: ClassVar[str] = "redress.recheck-scheduled.v1"
    at: AwareDatetime
    finding: str
    details: dict[str, str | int | bool | None]

    @property
    def leaves_open(self) -> bool:
        """Whether the sources do not agree what there is: nobody is told, no clock waits for it."""
        return self.details.get("indeterminate") is True or self.finding == "not_found"


class SupersedingSubmitted(StaffCommand):
    """A person says that one piece of evidence takes the place of another."""

    event_type: ClassVar[str] = "redress.superseding-submitted.v1"
    evidence_id: str
    by: str


class EvidenceSuperseded(Event):
    """A piece of evidence counts no more, since `by` is better; the log keeps it."""

    event_type: ClassVar[str] = "redress.evidence-superseded.v1"
    evidence_id: str
    by: str
    staff: str


class EvidenceRefused(Refused):
    """The evidence does not fit the case."""

    event_type: ClassVar[str] = "redress.evidence-refused.v1"
