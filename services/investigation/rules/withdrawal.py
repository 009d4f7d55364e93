"""The judge of withdrawals: evidence as the playbook's facts, its finding as remedies."""

from dataclasses import replace
from decimal import ROUND_DOWN, Decimal

from pydantic import TypeAdapter

from services.investigation.playbooks.amounts import EXACT
from services.investigation.playbooks.chains import transaction_id
from services.investigation.playbooks.sheet import Found
from services.investigation.playbooks.sighting import UNCLEAR
from services.investigation.playbooks.withdrawal import judge_withdrawal
from services.investigation.playbooks.withdrawal_facts import (
    WITHDRAWAL,
    WithdrawalCase,
    coin_of,
    network_of,
    refund,
)
from services.investigation.rules.filing import content
from services.investigation.rules.judging import Judgement, by_sheet
from services.investigation.rules.patience import asks_again, pause
from services.investigation.rules.reading import read
from services.investigation.rules.witnesses import seen
from services.investigation.state import InvestigationState
from shared.connectors.models import Listing
from shared.connectors.records import Withdrawal
from shared.decider import Context
from shared.events.base import Remedy

PAYOUT = "payout"  # the source
CHAIN_UNCLEAR = "chain-unclear"
SMALLEST = Decimal("0.00000001")
_ROW, _LISTING = TypeAdapter(Withdrawal), TypeAdapter(Listing)


def about_withdrawal(state: InvestigationState) -> bool:
    """Whether the evidence shows a withdrawal that the complaint is about."""
    answer = content(state, PAYOUT)
    return bool(answer.get("named") or answer.get("several"))


def judged(state: InvestigationState, context: Context) -> Judgement | str:
    """What the withdrawal playbook makes of the evidence."""
    if content(state, PAYOUT).get("several"):
        return "withdrawal-unclear"
    if not about_withdrawal(state):
        return "no-playbook"
    case = facts_of(state, context)
    if case is None:
        return "facts-missing"
    found = judge_withdrawal(case)
    if found == CHAIN_UNCLEAR and asks_again(state, context):
        return _once_more(state, context)
    if isinstance(found, str):
        return found
    rate = context.policy.resolution.delay_compensation_rate
    return by_sheet(WITHDRAWAL, found, *_remedies(found, case.withdrawal, rate))


def _once_more(state: InvestigationState, context: Context) -> Judgement:
    """The nodes do not agree, or do not say: asked again on schedule, and nobody is told."""
    open_ = Found("withdrawal_broadcast", {"indeterminate": True}, "wait")
    judgement = by_sheet(WITHDRAWAL, open_)
    return replace(judgement, again=True, after=pause(state, context))


def facts_of(state: InvestigationState, context: Context) -> WithdrawalCase | None:
    """The playbook's case; None where the exchange's record cannot be read."""
    answer = content(state, PAYOUT)
    row = read(_ROW, answer.get("named"))
    if row is None:
        return None
    network, txid = network_of(row) or "", transaction_id(row.txid or "")
    stands = seen(network, answer, txid)[network] if txid else UNCLEAR
    coin = coin_of(row, network, read(_LISTING, answer.get("listing")))
    return WithdrawalCase(row, network, context.now, stands, state.claim.amount, coin)


def _remedies(found: Found, row: Withdrawal, rate: Decimal) -> tuple[Remedy, ...]:
    remedy = WITHDRAWAL.remedy(found)
    thing = f"withdrawal|{row.id}"
    whose = {"user_id": row.user_id, "asset": row.asset}
    if remedy == "credit":
        return (Remedy(code="credit", amount=refund(row), thing=thing, **whose),)
    if found.finding != "withdrawal_delayed":
        return ()
    fix = (Remedy(code="fix"),) if remedy == "fix" else ()
    delay = EXACT.multiply(row.amount, rate).quantize(SMALLEST, ROUND_DOWN, EXACT)
    if not delay:
        return fix or (Remedy(code="explain"),)
    return (*fix, Remedy(code="compensate", amount=delay, thing=f"{thing}|delay", **whose))
