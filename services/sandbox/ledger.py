"""What the ledger's entries amount to: one entry is one whole effect, the rest is derived."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal, localcontext

from shared.connectors.models import ActionReceipt
from shared.connectors.records import Withdrawal

_DIGITS = 60


def balances(
    opening: Mapping[str, Decimal], entries: Iterable[ActionReceipt]
) -> dict[str, Decimal]:
    """The opening balance plus every payment, exact."""
    totals = dict(opening)
    with localcontext(prec=_DIGITS):
        for entry in entries:
            if entry.asset is not None and entry.amount is not None:
                totals[entry.asset] = totals.get(entry.asset, Decimal(0)) + entry.amount
    return totals


def restrictions(
    opening: Iterable[str], entries: Iterable[ActionReceipt], now: datetime
) -> tuple[str, ...]:
    """The scopes frozen now: a freeze ends when it expires or is lifted after it was set.

    A freeze and its lifting within one millisecond leave the scope frozen.
    """
    ends: dict[str, list[datetime | None]] = {scope: [None] for scope in opening}
    for entry in sorted(entries, key=lambda entry: (entry.applied_at, entry.action == "freeze")):
        for scope in entry.scope:
            if entry.action == "freeze":
                ends.setdefault(scope, []).append(entry.expires_at)
            else:
                ends.pop(scope, None)
    return tuple(
        sorted(scope for scope, until in ends.items() if any(e is None or e > now for e in until))
    )


def refunded(withdrawal: Withdrawal, at: datetime | None) -> Withdrawal:
    """The withdrawal, given back at that time; None: the ledger gave nothing back."""
    return withdrawal if at is None else withdrawal.model_copy(update={"refunded_at": at})


def stopped(withdrawal: Withdrawal, *, stopped: bool) -> Withdrawal:
    """The withdrawal, cancelled where the ledger stopped it."""
    return withdrawal.model_copy(update={"state": "cancelled"}) if stopped else withdrawal
