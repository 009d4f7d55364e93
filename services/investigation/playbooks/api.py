"""The API playbook: calls that fail, judged by the log of the account's keys; pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.investigation.playbooks.sheet import Detail, Found, Rules, Sheet, in_force, raw
from shared.connectors.records import ApiCall
from shared.connectors.trading import Incident

FAILED = 400
TOO_MANY = 429
SHOWN = 4  # of a key, its last characters


class ApiRules(Rules):
    """What each error code shows, and which parts of the exchange the API is."""

    since: date
    skew_ms: int
    errors: dict[str, str]
    order: tuple[str, ...]
    components: frozenset[str]


API = Sheet[tuple[ApiRules, ...]].model_validate(raw("api"))


@dataclass(frozen=True)
class ApiCase:
    """The calls around the time in question, and what did not work then."""

    calls: tuple[ApiCall, ...]
    incidents: tuple[Incident, ...] = ()


def judge_api(case: ApiCase) -> Found | str:
    """The finding, or the code why a person is needed; never raises on any case.

    It is what most of the failed calls show.
    """
    if not case.calls:
        return "no-calls"
    rules = in_force(API.rules, max(call.at for call in case.calls).date())
    if rules is None:
        return "facts-unclear"
    shown = [(_shows(call, case, rules), call) for call in case.calls if call.status >= FAILED]
    if not shown:
        return Found("api_no_fault", {"calls": len(case.calls), "failed": 0})
    finding = _most([finding for finding, _ in shown], rules.order)
    if finding is None:
        return "api-error-unknown"
    alike = [call for found, call in shown if found == finding]
    return Found(finding, _numbers(case, alike) | CHANGES.get(finding, _nothing)(alike, rules))


def _shows(call: ApiCall, case: ApiCase, rules: ApiRules) -> str | None:
    if any(i.component in rules.components and _met(call, i) for i in case.incidents):
        return "incident_overlap"
    found = rules.errors.get(call.error or "")
    if found == "signature_wrong" and abs(call.skew_ms or 0) > rules.skew_ms:
        return "clock_skew"
    return found or ("rate_limited" if call.status == TOO_MANY else None)


def _met(call: ApiCall, incident: Incident) -> bool:
    return incident.started_at <= call.at and (
        incident.ended_at is None or call.at <= incident.ended_at
    )


def _most(findings: Sequence[str | None], order: Sequence[str]) -> str | None:
    """The most frequent; what no rule knows wins a tie, for a person sees more."""
    counts = Counter(findings)
    most = max(counts.values())
    if counts[None] == most:
        return None
    return next((name for name in order if counts[name] == most), None)


def _numbers(case: ApiCase, alike: Sequence[ApiCall]) -> dict[str, Detail]:
    last = max(alike, key=lambda call: call.at)
    return {
        "calls": len(case.calls),
        "failed": len(alike),
        "key_ends": last.key[-SHOWN:],
        "path": last.path,
        "code": last.error,
    }


def _permission(alike: Sequence[ApiCall], _rules: ApiRules) -> dict[str, Detail]:
    needed = {call.permission for call in alike if call.permission}
    return {"permission": ",".join(sorted(needed)) or None}


def _limit(alike: Sequence[ApiCall], _rules: ApiRules) -> dict[str, Detail]:
    return {"limit": max((c.limit for c in alike if c.limit is not None), default=None)}


def _skew(alike: Sequence[ApiCall], rules: ApiRules) -> dict[str, Detail]:
    skews = (call.skew_ms for call in alike if call.skew_ms is not None)
    return {"skew_ms": max(skews, key=abs, default=None), "allowed_ms": rules.skew_ms}


def _nothing(_alike: Sequence[ApiCall], _rules: ApiRules) -> dict[str, Detail]:
    return {}


CHANGES = {"permission_missing": _permission, "rate_limited": _limit, "clock_skew": _skew}
