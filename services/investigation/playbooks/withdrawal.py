"""The withdrawal playbook: a withdrawal that is stuck, judged by its states and the chain; pure."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from services.investigation.playbooks.amounts import EXACT
from services.investigation.playbooks.sheet import Found
from services.investigation.playbooks.sighting import NATIVE, Seen
from services.investigation.playbooks.withdrawal_facts import (
    WITHDRAWAL,
    Promise,
    WithdrawalCase,
    fee,
    named,
    progress,
    refunding,
    times,
)


def judge_withdrawal(case: WithdrawalCase) -> Found | str:
    """The finding, or the code why a person is needed; never raises on any case."""
    asked = case.withdrawal
    if asked.amount <= 0 or not _in_order(case):
        return "facts-unclear"
    return STATES.get(asked.state, _unknown)(case)


def _in_order(case: WithdrawalCase) -> bool:
    w = case.withdrawal
    steps = [w.at, w.reviewed_at, w.broadcast_at, w.completed_at or w.failed_at, case.now]
    times = [time for time in steps if time is not None]
    return times == sorted(times)


def _unknown(_case: WithdrawalCase) -> str:
    return "facts-unclear"


def _cancelled(_case: WithdrawalCase) -> str:
    return "withdrawal-cancelled"


def _held(case: WithdrawalCase) -> Found:
    """Neutral words: why it is on hold is told to nobody."""
    return Found("withdrawal_on_hold", named(case))


def _waiting(case: WithdrawalCase) -> Found | str:
    if case.withdrawal.txid or case.withdrawal.broadcast_at:
        return "facts-unclear"
    if case.promise is None:
        return "no-published-time"
    late = case.waited > case.promise.within
    return Found("withdrawal_delayed" if late else "withdrawal_processing", times(case))


def _failed(case: WithdrawalCase) -> Found | str:
    if case.withdrawal.refunded_at:
        return Found("withdrawal_failed", named(case) | {"refunded": True}, "explain")
    stopped = case.seen.failed or case.seen.seen is Seen.ABSENT
    if case.withdrawal.txid and not stopped:
        return "chain-unclear" if case.seen.seen is Seen.UNCLEAR else "paid-though-failed"
    return Found("withdrawal_failed", named(case) | refunding(case))


def _sent(case: WithdrawalCase) -> Found | str:
    if case.promise is None:
        return "no-published-time"
    if case.seen.seen is Seen.ABSENT:
        return _unseen(case, case.promise)
    if problem := _problem(case):
        return problem
    if not case.seen.final and (case.seen.confirmations or 0) < case.promise.confirmations:
        return Found("withdrawal_broadcast", named(case) | progress(case))
    return _arrived(case, case.promise)


def _unseen(case: WithdrawalCase, promise: Promise) -> Found | str:
    sent = case.withdrawal.broadcast_at
    if sent is None or case.now - sent > WITHDRAWAL.rules.visible_within:
        return "not-on-chain"
    late = case.waited > promise.within
    return "not-on-chain" if late else Found("withdrawal_processing", times(case))


def _problem(case: WithdrawalCase) -> str | None:
    if case.seen.seen is Seen.UNCLEAR:
        return "chain-unclear"
    if case.seen.failed:
        return "failed-on-chain"
    if case.arrived is None:
        return _not_arrived(case)
    if case.arrived != case.withdrawal.amount:
        return "amount-differs"
    return "chain-unclear" if case.seen.confirmations is None and not case.seen.final else None


def _not_arrived(case: WithdrawalCase) -> str:
    if case.coin is None:
        return "asset-unlisted"
    hidden = case.seen.opaque and case.coin.contract == NATIVE
    return "chain-unclear" if hidden else "paid-elsewhere"


def _arrived(case: WithdrawalCase, promise: Promise) -> Found | str:
    if _asks_of_fee(case):
        published = promise.fees.get(case.withdrawal.asset)
        if published != case.withdrawal.fee:
            return "fee-differs"
        return Found("withdrawal_fee_by_rule", named(case) | progress(case) | fee(case))
    if case.waited > promise.within and case.withdrawal.broadcast_at:
        return Found("withdrawal_delayed", times(case) | progress(case), "compensate")
    return Found("withdrawal_completed", named(case) | progress(case))


def _asks_of_fee(case: WithdrawalCase) -> bool:
    """Whether the amount told is the fee, or what left the account with the fee in it."""
    charged = case.withdrawal.fee
    if not charged or case.claimed is None:
        return False
    return case.claimed in (charged, EXACT.add(case.withdrawal.amount, charged))


STATES: Mapping[str, Callable[[WithdrawalCase], Found | str]] = MappingProxyType(
    {
        "pending": _waiting,
        "reviewed": _waiting,
        "on_hold": _held,
        "broadcast": _sent,
        "completed": _sent,
        "failed": _failed,
        "cancelled": _cancelled,
    }
)
