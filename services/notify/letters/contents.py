"""What each letter says, made from the fact it tells: codes and instants, no words yet."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from services.notify.letters.answering import help_pages
from shared.decider import Context
from shared.events.base import Priority
from shared.events.intake import ComplaintReceived, MessageReceived
from shared.events.investigation import RecheckScheduled
from shared.events.notify import LetterContent, LetterKind, StaffMessageSubmitted
from shared.events.resolution import (
    AppealAdmitted,
    AppealRefused,
    EffectVerified,
    IdentityAwaited,
    WithdrawalsLocked,
)
from shared.events.triage import CaseAssigned, ClockExtended
from shared.events.verification import AdmissibilityDecided, InfoReminded, InfoRequested


def content(context: Context, kind: LetterKind, about: str, **more: Any) -> LetterContent:
    """The letter's id is made from its cause: asked for twice, it is the same letter."""
    name = f"letter|{context.cause}|{kind}"
    letter_id = str(uuid.uuid5(uuid.UUID(context.complaint), name))
    return LetterContent(letter_id=letter_id, kind=kind, about=about, **more)


def instant_of(time: datetime) -> str:
    """An instant as facts hold it: ISO 8601, UTC."""
    return time.isoformat().replace("+00:00", "Z")


def _update_by(context: Context, priority: Priority) -> str:
    return instant_of(context.now + context.policy.notify.update_within[priority])


def desk(context: Context) -> dict[str, str]:
    """Whom to ask: RTS (EU) 2025/294 Art. 4(3)."""
    policy = context.policy.notify
    return {
        "desk_name": policy.desk_name,
        "desk_email": policy.desk_email,
        "desk_phone": policy.desk_phone,
    }


def acknowledgement(data: ComplaintReceived, context: Context, language: str) -> LetterContent:
    """Date of receipt, timeframe, contact by mail and telephone: RTS (EU) 2025/294 Art. 4(3)."""
    received = data.facts.received_at
    facts = {
        "received_at": instant_of(received),
        "answer_by": instant_of(received + context.policy.notify.answer_within),
        "update_by": _update_by(context, "P1" if data.funds_in_danger else "P3"),
        "funds_in_danger": data.funds_in_danger,
        **desk(context),
    }
    return content(
        context,
        "acknowledgement",
        "acknowledgement",
        items=data.facts.masked,  # kinds alone: the secrets themselves were never kept
        facts=facts,
        articles=help_pages(data.facts, language),
    )


def secret_warning(data: MessageReceived, context: Context) -> LetterContent:
    """The message held secrets, by their kinds, and what to do about each."""
    about = f"secrets:{context.cause}"
    return content(context, "secret_warning", about, items=data.masked, facts=desk(context))


def security_warning(context: Context) -> LetterContent:
    """What the exchange saw, and that it is acted on; the holder did not write to us."""
    facts = {"at": instant_of(context.now), **desk(context)}
    return content(context, "security_warning", "signal", facts=facts)


def information_request(data: InfoRequested, context: Context) -> LetterContent:
    """All that is missing, in one letter (Art. 5)."""
    facts = {"deadline": instant_of(data.deadline_at), **desk(context)}
    about = f"request:{','.join(data.items)}"
    return content(context, "information_request", about, items=data.items, facts=facts)


def information_reminder(data: InfoReminded, context: Context) -> LetterContent:
    """All that is still missing."""
    facts = {"reminder": data.reminder, **desk(context)}
    about = f"reminder:{data.reminder}"
    return content(context, "information_reminder", about, items=data.items, facts=facts)


def identity_request(data: IdentityAwaited, context: Context) -> LetterContent:
    """The proof by its level; which account and which action wait for it stays unsaid."""
    account = uuid.uuid5(uuid.UUID(context.complaint), f"account|{data.user_id}")
    about = f"proof:{data.proposal_id}:{data.action}:{account}:{data.needed}"
    facts = {"needed": data.needed, **desk(context)}
    return content(context, "identity_request", about, facts=facts)


def inadmissible(data: AdmissibilityDecided, context: Context) -> LetterContent:
    """Clear reasons, and who else may help (Art. 4(2))."""
    facts = desk(context)
    return content(context, "inadmissible", "inadmissible", items=data.reasons, facts=facts)


def assigned(data: CaseAssigned, context: Context) -> LetterContent:
    """A team has the case."""
    facts = {
        "step": "assigned",
        "category": data.category,
        "priority": data.priority,
        "update_by": _update_by(context, data.priority),
    }
    return content(context, "progress", "assigned", facts=facts)


def confirmations(data: RecheckScheduled, context: Context, priority: Priority) -> LetterContent:
    """How many confirmations the chain shows; `required` is None where nobody knows yet."""
    done, required = data.details.get("confirmations") or 0, data.details.get("required")
    facts = {
        "step": "confirmations",
        "confirmations": done,
        "required": required,
        "update_by": _update_by(context, priority),
    }
    return content(context, "progress", f"confirmations:{done}/{required}", facts=facts)


def still_open(context: Context, priority: Priority) -> LetterContent:
    """Nothing new, and we are still at it."""
    facts = {"step": "still_open", "update_by": _update_by(context, priority)}
    return content(context, "progress", f"still_open:{instant_of(context.now)}", facts=facts)


def extension(data: ClockExtended, context: Context) -> LetterContent:
    """Why the answer takes longer, and its new date (MiCA Art. 71, DISP 1.6.2AR, VARA III.A.1)."""
    answer_by = instant_of(data.due_at)
    facts = {
        "before": instant_of(data.before),
        "answer_by": answer_by,
        "reason": data.reason,
        **desk(context),
    }
    return content(context, "extension", f"extension:{answer_by}", facts=facts)


def appeal(data: AppealAdmitted, context: Context, priority: Priority) -> LetterContent:
    """Another person looks at the case anew."""
    facts = {"step": "appeal", "level": data.level, "update_by": _update_by(context, priority)}
    return content(context, "progress", f"appeal:{data.level}", facts=facts)


def appeal_refused(data: AppealRefused, context: Context) -> LetterContent:
    """Why the appeal is not heard."""
    facts = {"step": "appeal_refused", "rule": data.rule, **desk(context)}
    return content(context, "progress", f"appeal_refused:{data.rule}", facts=facts)


def freeze_notice(data: EffectVerified, context: Context) -> LetterContent:
    """The account is protected; the template says more to a reader whose identity is proved."""
    facts = {"at": instant_of(data.applied_at or context.now), **desk(context)}
    return content(context, "freeze_notice", f"freeze:{data.key}", facts=facts)


def unfreeze_notice(data: WithdrawalsLocked, context: Context) -> LetterContent:
    """The account opens again but for withdrawals, and until when one can object."""
    facts = {"until": instant_of(data.until), **desk(context)}
    return content(context, "unfreeze_notice", f"unfreeze:{data.key}", facts=facts)


def staff_message(data: StaffMessageSubmitted, context: Context) -> LetterContent:
    """What a member of staff wrote, word for word."""
    about = f"message:{context.cause}"
    return content(context, "staff_message", about, facts={}, explanation=data.text)
