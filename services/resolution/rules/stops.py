"""Stopping withdrawals that are not broadcast yet: by which key, and on whose behalf. Pure."""

import re

from services.resolution.state.case import ResolutionState
from shared.events.resolution import EffectRequested
from shared.policy import IdentityPolicy

CONFIRMED = "confirmed_takeover"
# A key travels in a header and in a path, so what it is made of must be plain.
PLAIN_WITHDRAWAL = re.compile(r"[A-Za-z0-9._-]{1,100}")


def may_stop(state: ResolutionState, user_id: str, policy: IdentityPolicy) -> bool:
    """Whether the customer proved the account as far as a lasting freeze asks for."""
    return state.proof_of(user_id) >= policy.actions["freeze"]


def stop_of(user_id: str, withdrawal: str) -> EffectRequested:
    """The request; its key names the withdrawal, so that it is stopped once."""
    return EffectRequested(
        key=f"cancel|{withdrawal}",
        action="cancel_withdrawal",
        user_id=user_id,
        reference=f"withdrawal:{withdrawal}",
    )
