"""Verification: who is complaining, what is missing, whether we may deal with it."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime, Field

from shared.events.base import ComplaintFacts, Event, LaneRaised, Refused, Result, StaffCommand
from shared.events.personal import Personal

IdentityLevel = Literal["L0", "L1", "L2", "L3"]


class AccountLookedUp(Result):
    """The account directory's answer: how many accounts fit, and which one if it is one.

    `contact_elsewhere`: the contact belongs to another account than the one that was named.
    `held` are facts of the complaint that our own ledger knows, for a proved customer alone.
    `anti_phishing_code` is the one that the account's holder knows our mails by. `contact` is the
    account's own of old, where the exchange opened the case and nobody wrote to us.
    """

    event_type: ClassVar[str] = "redress.account-looked-up.v1"
    matches: int
    user_id: str | None = None
    contact_matches: bool = False
    contact_elsewhere: bool = False
    kyc_level: str | None = None
    held: dict[str, str] = Field(default_factory=dict)
    anti_phishing_code: Personal | None = None
    contact: Personal | None = None


class InadmissibleSubmitted(StaffCommand):
    """A person decides that the complaint may not be dealt with; reasons are codes."""

    event_type: ClassVar[str] = "redress.inadmissible-submitted.v1"
    reasons: tuple[str, ...]


class ProofSubmitted(StaffCommand):
    """A person saw a proof that the customer is who the account belongs to; `proof` is a code."""

    event_type: ClassVar[str] = "redress.proof-submitted.v1"
    proof: str
    user_id: str


class InfoRequestSubmitted(StaffCommand):
    """A person wants to ask the customer for more facts, by their names."""

    event_type: ClassVar[str] = "redress.info-request-submitted.v1"
    items: tuple[str, ...]


class VerificationStarted(Event):
    """The complaint's facts are noted and the account is being looked up."""

    event_type: ClassVar[str] = "redress.verification-started.v1"
    facts: ComplaintFacts
    funds_in_danger: bool = False
    session: str | None = None
    signalled: bool = False


class IdentityVerified(Event):
    """The complainant fits one account, as sure as `level` says; `allows` names what that is for.

    `proof` is the code of what was shown, `held` are facts of the complaint that our ledger knows.
    `anti_phishing_code` stands in mails to whoever proved to hold the account, and nowhere else.
    `contact` is whom to warn, where the exchange opened the case.
    """

    event_type: ClassVar[str] = "redress.identity-verified.v1"
    user_id: str
    level: IdentityLevel
    kyc_level: str | None = None
    proof: str | None = None
    allows: tuple[str, ...] = ()
    held: dict[str, str] = Field(default_factory=dict)
    anti_phishing_code: Personal | None = None
    contact: Personal | None = None


class IdentityFailed(Event):
    """No one account fits; `reason` is a code."""

    event_type: ClassVar[str] = "redress.identity-failed.v1"
    reason: Literal["unknown_account", "several_accounts", "contact_differs"]


class InfoRequested(Event):
    """One request for all that is missing, with its reminders and its deadline.

    `staff` is who asked, where it was a person.
    """

    event_type: ClassVar[str] = "redress.info-requested.v1"
    items: tuple[str, ...]
    reminders_at: tuple[AwareDatetime, ...]
    deadline_at: AwareDatetime
    staff: str | None = None


class InfoReminded(Event):
    """The customer is reminded of what is still missing."""

    event_type: ClassVar[str] = "redress.info-reminded.v1"
    items: tuple[str, ...]
    reminder: int


class InfoProvided(Event):
    """Facts that were missing arrived; `session` is the account the sender was signed in to."""

    event_type: ClassVar[str] = "redress.info-provided.v1"
    items: tuple[str, ...]
    supplied: dict[str, str] = Field(default_factory=dict)
    session: str | None = None


class CustomerWrote(Event):
    """A word about an admitted complaint that answers no question of ours."""

    event_type: ClassVar[str] = "redress.customer-wrote.v1"
    received_at: AwareDatetime


class InfoDeadlinePassed(Event):
    """The deadline went by; the case is decided on what is known, never closed in silence."""

    event_type: ClassVar[str] = "redress.info-deadline-passed.v1"
    missing: tuple[str, ...]


class AdmissibilityDecided(Event):
    """Whether the complaint is dealt with, with all the facts that later stages need."""

    event_type: ClassVar[str] = "redress.admissibility-decided.v1"
    admissible: bool
    facts: ComplaintFacts
    reasons: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    identity: IdentityLevel = "L0"
    allows: tuple[str, ...] = ()
    emergency: bool = False
    decided_by: str | None = None


class VerificationStopped(Event):
    """The complaint was taken back before it was decided on; nothing more is asked."""

    event_type: ClassVar[str] = "redress.verification-stopped.v1"
    reason: Literal["withdrawn"] = "withdrawn"


class InadmissibleRefused(Refused):
    """The decision 'inadmissible' does not fit the complaint."""

    event_type: ClassVar[str] = "redress.inadmissible-refused.v1"


class InfoRefused(Refused):
    """The customer is not asked for `items`: RTS (EU) 2025/294 Art. 5(2), or there are no such."""

    event_type: ClassVar[str] = "redress.info-refused.v1"
    items: tuple[str, ...] = ()


class ProofRefused(Refused):
    """The proof does not fit the complaint or its account."""

    event_type: ClassVar[str] = "redress.proof-refused.v1"


class VerificationLaneRaised(LaneRaised):
    """Verification moved the complaint to the express lane."""

    event_type: ClassVar[str] = "redress.verification-lane-raised.v1"
