"""The judge of stolen accounts: evidence as the playbook's facts, its finding for a person."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from services.investigation.playbooks.amounts import decimal_of, total
from services.investigation.playbooks.answers import UnclearError
from services.investigation.playbooks.facts import FactsError
from services.investigation.playbooks.takeover import TakeoverFinding, judge_takeover
from services.investigation.playbooks.takeover_facts import TakeoverCase, takeover_case
from services.investigation.playbooks.takeover_rulebook import TAKEOVER
from services.investigation.rules.filing import content
from services.investigation.rules.judging import Judgement
from services.investigation.state import InvestigationState
from services.investigation.state.case import Details
from shared.decider import Context
from shared.events.base import Remedy

MOST_NAMED = 20
Row = Mapping[str, Any]


def judged(state: InvestigationState, context: Context) -> Judgement | str:
    """What the takeover playbook makes of the security log and of what left the account."""
    case = facts_of(state, context.complaint)
    if case is None:
        return "facts-missing"
    found = judge_takeover(case)
    return Judgement(
        finding=found.finding,
        remedy=found.remedy,
        details=_details(state, found),
        explanation=found.explanation,
        remedies=(Remedy(code=found.remedy),),
        version=TAKEOVER.version,
        cancel=tuple(str(name) for name in found.cancel),
    )


def facts_of(state: InvestigationState, complaint: str) -> TakeoverCase | None:
    """The playbook's case; None where the books do not tell enough."""
    account = content(state, "account").get("account") or {}
    events = [*_logged(_rows(state, "logins")), *_left(state)]
    reported = state.claim.received_at
    facts: dict[str, object] = {
        "id": complaint,
        "claim": {"reported_at": reported and Decimal(str(reported.timestamp()))},
        "events": events,
    }
    try:
        return takeover_case({**facts, "balance_usd": _before(account, events)})
    except (FactsError, UnclearError):
        return None


def _rows(state: InvestigationState, source: str) -> list[Row]:
    return list(content(state, source).get("rows", []))


def _logged(rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
    same = "id", "ip", "country", "asn", "lat", "lon", "device", "status"
    for row in rows:
        if row["kind"] == "login" or row["kind"] in TAKEOVER.changes:
            told = {name: row.get(name) for name in same}
            yield {**told, "t": _seconds(row), "type": row["kind"]}


def _left(state: InvestigationState) -> Iterator[dict[str, Any]]:
    for row in _rows(state, "withdrawals"):
        sent = {"address": row["address"], "status": row["state"]}
        yield {**_movement(row, "withdrawal"), **sent}
    for row in _rows(state, "transfers"):
        if row["direction"] == "out":
            yield _movement(row, "transfer")


def _movement(row: Row, kind: str) -> dict[str, Any]:
    in_dollars = row["amount"] if row["asset"] in TAKEOVER.dollars else None
    worth = row.get("amount_usd") or in_dollars
    return {"id": row["id"], "t": _seconds(row), "type": kind, "amount_usd": worth}


def _before(account: Row, events: Iterable[Row]) -> Decimal | None:
    """Dollars held now and what left: the balance before; other coins have no price here."""
    held = account.get("balances", {})
    now = [decimal_of(held[asset]) for asset in sorted(TAKEOVER.dollars & held.keys())]
    gone = [decimal_of(event["amount_usd"]) for event in events if event.get("amount_usd")]
    return total([*now, *gone]) or None


def _seconds(row: Row) -> Decimal:
    return Decimal(str(datetime.fromisoformat(row["at"]).timestamp()))


def _details(state: InvestigationState, found: TakeoverFinding) -> Details:
    """What a person looks at first; the whole of it is in the evidence."""
    after = {str(name) for signal in found.signals for name in signal.events}
    sent = [row["txid"] for row in _rows(state, "withdrawals") if row.get("txid")]
    told: Details = {
        "score": found.score,
        "signals": _listed(signal.code for signal in found.signals),
        "events": _listed(sorted(after)),
        "cancel": _listed(map(str, found.cancel)),
        "outflows": _listed(sent),
    }
    return {name: value for name, value in told.items() if value not in (None, "")}


def _listed(names: Iterable[str]) -> str:
    return ",".join([*names][:MOST_NAMED])
