"""Actions on the exchange, and what came of them."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime

from shared.events.base import (
    Amount,
    Event,
    Priority,
    Refused,
    Result,
    StaffCommand,
)

Action = Literal["freeze", "unfreeze", "credit", "compensate", "cancel_withdrawal"]


class EffectCarriedOut(Result):
    """The exchange's answer to an action, with what reading it back showed.

    `status`: applied (read back and there), refused (a final no, `problem` is its code). `kept` are
    the scopes of an unfreeze that other cases hold: they stay frozen for those.
    """

    event_type: ClassVar[str] = "redress.effect-carried-out.v1"
    status: Literal["applied", "refused"]
    applied_at: AwareDatetime | None = None
    problem: str | None = None
    kept: tuple[str, ...] = ()


class EffectsRead(Result):
    """What a second look showed: the keys of effects that hold no longer."""

    event_type: ClassVar[str] = "redress.effects-read.v1"
    lost: tuple[str, ...] = ()


class FreezeSubmitted(StaffCommand):
    """A person asks to freeze the account."""

    event_type: ClassVar[str] = "redress.freeze-submitted.v1"
    reason: str


class UnfreezeSubmitted(StaffCommand):
    """A person asks to lift the freeze; takes two people.

    Needs a proof of the owner, unless it is asked for as a `wrongful-freeze` and nobody has proved
    anything of the account in this case.
    """

    event_type: ClassVar[str] = "redress.unfreeze-submitted.v1"
    reason: str


class CaseNoted(Event):
    """What triage said and resolution needs later; None and False mean: nothing new.

    `identity` is how surely the customer proved to hold `user_id`.
    """

    event_type: ClassVar[str] = "redress.case-noted.v1"
    user_id: str | None = None
    priority: Priority | None = None
    breached: bool = False
    identity: str | None = None


class EffectRequested(Event):
    """An action on the exchange is due; `key` names the thing, so it happens once."""

    event_type: ClassVar[str] = "redress.effect-requested.v1"
    key: str
    action: Action
    user_id: str
    scope: tuple[str, ...] = ()
    asset: str | None = None
    amount: Amount | None = None
    reference: str | None = None
    expires_at: AwareDatetime | None = None
    proposal_id: str | None = None
    after: str | None = None


class EffectVerified(Event):
    """The action was carried out and read back.

    `kept` are the scopes of an unfreeze that stay frozen, because other cases hold them.
    """

    event_type: ClassVar[str] = "redress.effect-verified.v1"
    key: str
    action: Action
    applied_at: AwareDatetime | None = None
    proposal_id: str | None = None
    kept: tuple[str, ...] = ()


class EffectFailed(Event):
    """The exchange said a final no; a person takes `proposal_id` up again.

    It is None where nobody has to: nothing was proposed, or the decision follows at once.
    """

    event_type: ClassVar[str] = "redress.effect-failed.v1"
    key: str
    action: Action
    problem: str
    proposal_id: str | None = None


class EffectsChecked(Event):
    """The case's payments and freezes were read back again; `lost` hold no longer."""

    event_type: ClassVar[str] = "redress.effects-checked.v1"
    decision_id: str
    lost: tuple[str, ...] = ()


class FreezeNotPossible(Event):
    """An escalation that names no account we could freeze; a person takes over."""

    event_type: ClassVar[str] = "redress.freeze-not-possible.v1"
    reason: str


class FreezeKept(Event):
    """Two people lift what the case froze, but not of this account: nobody proved whose it is.

    `proved` is the level that was proved of it, `needed` the one that lifting takes.
    """

    event_type: ClassVar[str] = "redress.freeze-kept.v1"
    user_id: str
    scope: tuple[str, ...]
    needed: str
    proved: str
    proposal_id: str


class WithdrawalsLocked(Event):
    """Two people lifted the account's freeze; its withdrawals follow by themselves at `until`.

    Whatever else is frozen of the account is lifted at once. A new freeze voids the rest.
    """

    event_type: ClassVar[str] = "redress.withdrawals-locked.v1"
    key: str
    user_id: str
    until: AwareDatetime
    proposal_id: str


class LockEnded(Event):
    """Nothing waits any more to lift the account's withdrawals.

    `over`: they are lifted now; `ran_out`: their freeze ended before; `escalated`: its proved owner
    says that funds are in danger again, so they stay frozen.
    """

    event_type: ClassVar[str] = "redress.lock-ended.v1"
    key: str
    user_id: str
    reason: Literal["over", "ran_out", "escalated"]


class FreezeRefused(Refused):
    """The freeze does not fit the case."""

    event_type: ClassVar[str] = "redress.freeze-refused.v1"


class UnfreezeRefused(Refused):
    """The unfreeze does not fit the case."""

    event_type: ClassVar[str] = "redress.unfreeze-refused.v1"
