"""What a day later must still be so: payments stand, what was frozen is frozen. Pure."""

from collections.abc import Collection, Mapping
from datetime import datetime

from services.resolution.rules.freezes import last_freeze
from services.resolution.rules.remedies import MONEY
from services.resolution.state import ResolutionState

CHECK = "check"


def payments(state: ResolutionState) -> tuple[str, ...]:
    """The keys of the payments that were read back once."""
    orders = (e.order for e in state.effects if e.status == "verified")
    return tuple(order.key for order in orders if order.action in MONEY)


def frozen(state: ResolutionState, now: datetime) -> dict[str, frozenset[str]]:
    """What is to be frozen now, by account."""
    found: dict[str, frozenset[str]] = {}
    for user, scope in state.frozen(now):
        found[user] = found.get(user, frozenset()) | {scope}
    return found


def lost(
    state: ResolutionState,
    standing: Collection[str],
    restricted: Mapping[str, Collection[str]],
    now: datetime,
) -> tuple[str, ...]:
    """The keys of the effects that hold no longer.

    `standing` are the payments that the exchange shows under their keys, `restricted` what it
    shows as frozen, by account.
    """
    gone = [key for key in payments(state) if key not in standing]
    for user, scopes in sorted(frozen(state, now).items()):
        key = last_freeze(state, user)
        if key and not scopes <= frozenset(restricted.get(user, ())):
            gone.append(key)
    return tuple(gone)
