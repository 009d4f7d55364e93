"""What is told of an account's protection: that it is frozen, and how it opens again."""

from __future__ import annotations

from services.notify.letters import contents
from services.notify.state import NotifyState
from services.notify.telling import tell
from shared.decider import Context, DecideRule
from shared.events.base import Event, Input
from shared.events.resolution import EffectVerified, WithdrawalsLocked


def on_effect_verified(state: NotifyState, data: EffectVerified, context: Context) -> list[Event]:
    """Say that the account is protected; a warning has said so already."""
    if data.action != "freeze" or state.signalled:
        return []
    return tell(state, contents.freeze_notice(data, context), context.now)


def on_withdrawals_locked(
    state: NotifyState, data: WithdrawalsLocked, context: Context
) -> list[Event]:
    """Say when withdrawals open, so that the owner can object; of others' accounts nothing."""
    if state.user_id not in (None, data.user_id):
        return []
    return tell(state, contents.unfreeze_notice(data, context), context.now)


PROTECTING: dict[type[Event | Input], DecideRule] = {
    EffectVerified: on_effect_verified,
    WithdrawalsLocked: on_withdrawals_locked,
}
