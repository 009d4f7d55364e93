"""The judge of orders: evidence as the playbook's facts, its finding as remedies."""

from pydantic import TypeAdapter

from services.investigation.playbooks.sheet import Found
from services.investigation.playbooks.trade import compensation, judge_trade
from services.investigation.playbooks.trade_facts import TRADE, TradeCase
from services.investigation.rules.filing import content
from services.investigation.rules.judging import Judgement, by_sheet
from services.investigation.rules.reading import read
from services.investigation.state import InvestigationState
from shared.connectors.trading import Order
from shared.decider import Context
from shared.events.base import Remedy

EXECUTION = "execution"  # the source
SLIPPED = "slippage_excess"
_CASE = TypeAdapter(TradeCase)


def judged(state: InvestigationState, _context: Context) -> Judgement | str:
    """What the trade playbook makes of the evidence."""
    answer = content(state, EXECUTION)
    if answer.get("order") is None:
        return "order-unknown"
    case = read(_CASE, answer)
    if case is None:
        return "facts-missing"
    found = judge_trade(case)
    return found if isinstance(found, str) else by_sheet(TRADE, found, *_paid(found, case.order))


def _paid(found: Found, order: Order) -> tuple[Remedy, ...]:
    """The compensation, whose thing is the order: it is paid once, whoever asks."""
    if found.finding != SLIPPED:
        return ()
    pay = Remedy(
        code="compensate",
        user_id=order.user_id,
        asset=order.quote,
        amount=compensation(found),
        thing=f"order|{order.id}",
    )
    return (pay,)
