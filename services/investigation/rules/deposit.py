"""The judge of deposits: evidence as the playbook's facts, its finding as remedies."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal
from typing import Any

from services.investigation.playbooks.amounts import coins
from services.investigation.playbooks.catalogue import DEPOSIT
from services.investigation.playbooks.chains import CHAINS
from services.investigation.playbooks.deposit import DepositFinding, judge_deposit
from services.investigation.playbooks.esplora import TRANSACTION
from services.investigation.playbooks.facts import DepositCase, FactsError, deposit_case
from services.investigation.rules import withdrawal
from services.investigation.rules.filing import content
from services.investigation.rules.judging import Judgement
from services.investigation.rules.plan import WITHDRAWAL, network_of
from services.investigation.state import InvestigationState
from services.investigation.state.case import Details
from shared.decider import Context
from shared.events.base import Remedy

CREDITED = "credited"
WAIT, MONEY = "confirmed_wait", "credit_and_compensate"


def judged(state: InvestigationState, context: Context) -> Judgement | str:
    """What the deposit playbook makes of the evidence; a withdrawal is another one's matter."""
    if withdrawal.about_withdrawal(state):
        other = withdrawal.judged(state, context)
        return other if isinstance(other, str) else replace(other, playbook=WITHDRAWAL)
    if content(state, "chain").get("withdrawal") is True:
        return "withdrawal"
    case = facts_of(state, context.complaint)
    if case is None:
        return "facts-missing"
    found = judge_deposit(case)
    rate = context.policy.resolution.delay_compensation_rate
    paid = found.remedy == MONEY
    return Judgement(
        finding=found.finding,
        remedy=found.remedy,
        details=plain_details(found),
        explanation=found.explanation,
        remedies=tuple(payments(state, found, rate)) if paid else (Remedy(code=found.remedy),),
        version=DEPOSIT.version,
        again=found.finding == WAIT,
    )


def facts_of(state: InvestigationState, complaint: str) -> DepositCase | None:
    """The playbook's case; None where the platform's own books do not tell enough."""
    claim, network = state.claim, network_of(state.claim)
    account = content(state, "account").get("account") or {}
    ledger, chain = content(state, "ledger"), content(state, "chain")
    asset = ledger.get("asset") or {}
    platform = {
        "user": claim.user_id,
        "assigned_deposit_address": account.get("deposit_addresses", {}).get(network),
        "required_confirmations": asset.get("required_confirmations"),
        "min_deposit": asset.get("min_deposit"),
        "credited": [_row(row) for row in ledger.get("rows", []) if row["state"] == CREDITED],
        "addresses_of_other_users": chain.get("others", []),
        "other_open_claims": ledger.get("earlier_claims", []),
    }
    words = claim.model_dump(include={"txid", "address", "amount", "asset", "network", "memo"})
    facts = {"id": complaint, "chain": network, "asset": ledger.get("code"), "claim": words}
    try:
        return deposit_case(
            {**facts, "platform": platform, "responses": chain.get("responses", {})}
        )
    except FactsError:
        return None


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "txid": row["txid"],
        "vout": row["vout"],
        "user": row["user_id"],
        "amount": row["amount"],
    }


def payments(state: InvestigationState, finding: DepositFinding, rate: Decimal) -> Iterator[Remedy]:
    """Credit each output that arrived, and make up for the delay at `rate` of its amount.

    The amounts are the chain's own; a thing is `<network>|<txid>|<output>`.
    """
    network, chain = str(network_of(state.claim)), content(state, "chain")
    decimals, asset = CHAINS[network].decimals, CHAINS[network].assets[0]
    outputs = chain["responses"][TRANSACTION]["json"]["vout"]
    smallest = Decimal(1).scaleb(-decimals)
    for place in _places(finding):
        amount = coins(Decimal(outputs[place]["value"]), decimals)
        credit = Remedy(
            code="credit",
            user_id=state.claim.user_id,
            asset=asset,
            amount=amount,
            thing=f"{network}|{state.claim.txid}|{place}",
        )
        yield credit
        delay = (amount * rate).quantize(smallest, ROUND_DOWN)
        if delay:
            more = {"code": "compensate", "amount": delay, "thing": f"{credit.thing}|delay"}
            yield credit.model_copy(update=more)


def _places(finding: DepositFinding) -> list[int]:
    several = finding.details.get("vouts")
    return several if isinstance(several, list) else [int(str(finding.details["vout"]))]


def plain_details(finding: DepositFinding) -> Details:
    """The finding's details as an event holds them: plain values, lists joined by commas."""
    return {name: _plain(value) for name, value in finding.details.items()}


def _plain(value: object) -> str | int | bool | None:
    if isinstance(value, list):
        return ",".join(map(str, value))
    return value if value is None or isinstance(value, (bool, int)) else str(value)
