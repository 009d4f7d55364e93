"""How sure we must be whose account it is before an action on it. Pure."""

from services.resolution.state.case import ResolutionState
from shared.events.resolution import Action
from shared.policy import IdentityPolicy

TOO_LOW = "identity-too-low"
# What a customer asks for with an action, by the policy's name; a freeze waits for no proof.
ASKS: dict[Action, str] = {"credit": "be_paid", "compensate": "be_paid", "unfreeze": "unfreeze"}


def lacking(
    action: Action, user_id: str, state: ResolutionState, policy: IdentityPolicy
) -> str | None:
    """The level that an action on the account needs and nobody proved; None where it may be."""
    needed = policy.actions[ASKS[action]] if action in ASKS else "L0"
    return needed if state.proof_of(user_id) < needed else None
