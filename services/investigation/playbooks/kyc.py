"""The identity playbook: an identity check that was refused or hangs, by its record; pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from services.investigation.playbooks.sheet import Found, Rules, Sheet, in_force, raw
from shared.connectors.records import KycAttempt, KycRecord

DAY = timedelta(days=1)


class KycRules(Rules):
    """How long a check takes, how often one may try, and what the vendor's codes mean."""

    since: date
    within: timedelta
    most_attempts: int
    unreadable: frozenset[str]
    by_rule: frozenset[str]
    vendor: frozenset[str]
    person: frozenset[str]

    @property
    def known(self) -> frozenset[str]:
        """Every code."""
        return self.unreadable | self.by_rule | self.vendor | self.person


KYC = Sheet[tuple[KycRules, ...]].model_validate(raw("kyc"))


@dataclass(frozen=True)
class KycCase:
    """The vendor's record, and the time of looking."""

    record: KycRecord
    now: datetime

    @cached_property
    def last(self) -> KycAttempt | None:
        """The newest attempt."""
        return max(self.record.attempts, key=lambda one: one.at, default=None)

    def vendor_failed(self, attempt: KycAttempt) -> str | None:
        """The vendor's incident that met an attempt, by its id."""
        until = attempt.decided_at or self.now
        for one in self.record.vendor_incidents:
            if one.started_at <= until and (one.ended_at is None or one.ended_at >= attempt.at):
                return one.id
        return None


def judge_kyc(case: KycCase) -> Found | str:
    """The finding, or the code why a person is needed; never raises on any case."""
    if case.record.status == "approved":
        return Found("kyc_approved", {"level": case.record.level})
    attempt = case.last
    if attempt is None:
        return "no-attempt"
    rules = in_force(KYC.rules, attempt.at.date())
    if rules is None or not attempt.at <= (attempt.decided_at or case.now) <= case.now:
        return "facts-unclear"
    if case.record.status != attempt.status:
        return "facts-unclear"
    if attempt.status == "in_progress":
        return _hangs(case, attempt, rules)
    return _refused(case, attempt, rules) if attempt.status == "refused" else "facts-unclear"


def _hangs(case: KycCase, attempt: KycAttempt, rules: KycRules) -> Found | str:
    if case.now - attempt.at <= rules.within:
        return Found("kyc_in_progress", {"promised_days": rules.within // DAY})
    incident = case.vendor_failed(attempt)
    return Found("kyc_vendor_fault", {"incident": incident}) if incident else "kyc-late"


def _refused(case: KycCase, attempt: KycAttempt, rules: KycRules) -> Found | str:
    """A reason of which nothing may be told comes before everything else."""
    reasons = frozenset(attempt.reasons)
    if not reasons or not reasons <= rules.known:
        return "reason-unknown"
    if reasons & rules.person:
        return "kyc-review"
    incident = case.vendor_failed(attempt)
    if incident or reasons & rules.vendor:
        return Found("kyc_vendor_fault", {"incident": incident})
    if ruled := reasons & rules.by_rule:
        return Found("kyc_refused_by_rule", {"reason": ",".join(sorted(ruled))})
    tries = len(case.record.attempts)
    if tries > rules.most_attempts:
        return "kyc-too-many-attempts"
    return Found(
        "kyc_document_unreadable", {"reason": ",".join(sorted(reasons)), "attempts": tries}
    )
