"""The judge of deposits: what the sources bear out as a finding, its finding as remedies."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import ROUND_DOWN, Decimal

from services.investigation.playbooks.amounts import EXACT
from services.investigation.playbooks.catalogue import DEPOSIT
from services.investigation.playbooks.chains import CHAINS, transaction_id
from services.investigation.playbooks.deposit import DepositFinding, judge_seen
from services.investigation.playbooks.evidence import Evidence
from services.investigation.playbooks.facts import DepositCase
from services.investigation.playbooks.sighting import Sighting
from services.investigation.playbooks.verdict import focus
from services.investigation.rules import withdrawal
from services.investigation.rules.books import facts_of
from services.investigation.rules.filing import content
from services.investigation.rules.judging import Judgement
from services.investigation.rules.patience import asks_again, pause
from services.investigation.rules.plan import WITHDRAWAL
from services.investigation.rules.witnesses import SOURCES, confirmed_absent, disagree, seen
from services.investigation.state import InvestigationState
from services.investigation.state.case import Details
from shared.decider import Context
from shared.events.base import Remedy

WAIT, MONEY = "confirmed_wait", "credit_and_compensate"
ABSENT = frozenset({"NOT_FOUND", "REPLACED"})


def judged(state: InvestigationState, context: Context) -> Judgement | str:
    """What the deposit playbook makes of the evidence; a withdrawal is another one's matter."""
    if withdrawal.about_withdrawal(state):
        other = withdrawal.judged(state, context)
        return other if isinstance(other, str) else replace(other, playbook=WITHDRAWAL)
    chain = content(state, "chain")
    if chain.get("withdrawal") is True:
        return "withdrawal"
    if chain.get(SOURCES) == []:
        return "no-node"
    case = facts_of(state, context.complaint)
    if case is None:
        return "facts-missing"
    stands = seen(case.chain, chain, str(state.claim.txid))
    found = judge_seen(case, stands)
    rate = context.policy.resolution.delay_compensation_rate
    paid = found.remedy == MONEY
    return Judgement(
        finding=found.finding,
        remedy=found.remedy,
        details=plain_details(found) | _differing(state, case, found) | _named(case, found),
        explanation=found.explanation,
        remedies=tuple(payments(case, stands[case.chain], rate))
        if paid
        else (Remedy(code=found.remedy),),
        version=DEPOSIT.version,
        again=found.finding == WAIT or _is_open(state, case, found, context),
        after=_pause(state, found, context),
    )


def _is_open(
    state: InvestigationState, case: DepositCase, found: DepositFinding, context: Context
) -> bool:
    """Whether another look may settle whether the transaction is there; a person has the last."""
    if found.details.get("indeterminate"):
        return asks_again(state, context)
    if found.details["verdict"] not in ABSENT:
        return False
    txid = str(state.claim.txid)
    return not confirmed_absent(case.chain, content(state, "chain"), txid, state.unsettled)


def _pause(state: InvestigationState, found: DepositFinding, context: Context) -> timedelta | None:
    """Sources that leave it open are asked again soon, then less and less often."""
    return None if found.finding == WAIT else pause(state, context)


def _differing(state: InvestigationState, case: DepositCase, found: DepositFinding) -> Details:
    if not found.details.get("indeterminate"):
        return {}
    chain = content(state, "chain")
    return {"sources_differ": disagree(case.chain, chain, str(state.claim.txid))}


def payments(case: DepositCase, stands: Sighting, rate: Decimal) -> Iterator[Remedy]:
    """Credit each output that arrived, and make up for the delay at `rate` of its amount.

    The amounts are the chain's own; a thing is `<network>|<txid>|<output>`, the output being the
    place of the output or of the log entry, 0 where a transaction moves but one thing.
    """
    txid = transaction_id(case.claim.txid or "") or ""
    evidence = Evidence(case, txid, CHAINS[case.chain], stands)
    for transfer in focus(evidence):
        coin, amount = evidence.coins[transfer.contract], evidence.worth([transfer])
        if amount is None:
            continue
        credit = Remedy(
            code="credit",
            user_id=str(case.platform.user),
            asset=coin.ticker,
            amount=amount,
            thing=f"{case.chain}|{txid}|{transfer.index or 0}",
        )
        yield credit
        smallest = Decimal(1).scaleb(-coin.decimals)
        delay = EXACT.multiply(amount, rate).quantize(smallest, ROUND_DOWN, EXACT)
        if delay:
            more = {"code": "compensate", "amount": delay, "thing": f"{credit.thing}|delay"}
            yield credit.model_copy(update=more)


def _named(case: DepositCase, found: DepositFinding) -> Details:
    """Which transaction it is, for a letter's link; none where no network knows it."""
    txid = transaction_id(case.claim.txid or "")
    known = txid is not None and found.details["verdict"] not in ABSENT
    return {"network": case.chain, "txid": txid} if known else {}


def plain_details(finding: DepositFinding) -> Details:
    """The finding's details as an event holds them: plain values, lists joined by commas."""
    return {name: _plain(value) for name, value in finding.details.items()}


def _plain(value: object) -> str | int | bool | None:
    if isinstance(value, list):
        return ",".join(map(str, value))
    return value if value is None or isinstance(value, (bool, int)) else str(value)
