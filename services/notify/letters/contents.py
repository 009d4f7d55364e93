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
    CaseClosed,
    DecisionMade,
    EffectVerified,
    IdentityAwaited,
)
from shared.events.triage import CaseAssigned, ClockExtended
from shared.events.verification import AdmissibilityDecided, InfoReminded, InfoRequested


def _content(context: Context, kind: LetterKind, about: str, **more: Any) -> LetterContent:
    """The letter's id is made from its cause: asked for twice, it is the same letter."""
    name = f"letter|{context.cause}|{kind}"
    letter_id = str(uuid.uuid5(uuid.UUID(context.complaint), name))
    return LetterContent(letter_id=letter_id, kind=kind, about=about, **more)


def _instant(time: datetime) -> str:
    return time.isoformat().replace("+00:00", "Z")


def _update_by(context: Context, priority: Priority) -> str:
    return _instant(context.now + context.policy.notify.update_within[priority])


def _desk(context: Context) -> dict[str, str]:
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
        "received_at": _instant(received),
        "answer_by": _instant(received + context.policy.notify.answer_within),
        "update_by": _update_by(context, "P1" if data.funds_in_danger else "P3"),
        "funds_in_danger": data.funds_in_danger,
        **_desk(context),
    }
    return _content(
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
    return _content(context, "secret_warning", about, items=data.masked, facts=_desk(context))


def information_request(data: InfoRequested, context: Context) -> LetterContent:
    """All that is missing, in one letter (Art. 5)."""
    facts = {"deadline": _instant(data.deadline_at), **_desk(context)}
    about = f"request:{','.join(data.items)}"
    return _content(context, "information_request", about, items=data.items, facts=facts)


def information_reminder(data: InfoReminded, context: Context) -> LetterContent:
    """All that is still missing."""
    facts = {"reminder": data.reminder, **_desk(context)}
    about = f"reminder:{data.reminder}"
    return _content(context, "information_reminder", about, items=data.items, facts=facts)


def identity_request(data: IdentityAwaited, context: Context) -> LetterContent:
    """The proof by its level; which account and which action wait for it stays unsaid."""
    account = uuid.uuid5(uuid.UUID(context.complaint), f"account|{data.user_id}")
    about = f"proof:{data.proposal_id}:{data.action}:{account}:{data.needed}"
    facts = {"needed": data.needed, **_desk(context)}
    return _content(context, "identity_request", about, facts=facts)


def inadmissible(data: AdmissibilityDecided, context: Context) -> LetterContent:
    """Clear reasons, and who else may help (Art. 4(2))."""
    facts = _desk(context)
    return _content(context, "inadmissible", "inadmissible", items=data.reasons, facts=facts)


def withdrawn(context: Context) -> LetterContent:
    """The complaint is put to rest because the customer said so, and may be brought again."""
    return _content(context, "withdrawn", "withdrawn", facts=_desk(context))


def assigned(data: CaseAssigned, context: Context) -> LetterContent:
    """A team has the case."""
    facts = {
        "step": "assigned",
        "category": data.category,
        "priority": data.priority,
        "update_by": _update_by(context, data.priority),
    }
    return _content(context, "progress", "assigned", facts=facts)


def confirmations(data: RecheckScheduled, context: Context, priority: Priority) -> LetterContent:
    """How many confirmations the chain shows; `required` is None where nobody knows yet."""
    done, required = data.details.get("confirmations") or 0, data.details.get("required")
    facts = {
        "step": "confirmations",
        "confirmations": done,
        "required": required,
        "update_by": _update_by(context, priority),
    }
    return _content(context, "progress", f"confirmations:{done}/{required}", facts=facts)


def still_open(context: Context, priority: Priority) -> LetterContent:
    """Nothing new, and we are still at it."""
    facts = {"step": "still_open", "update_by": _update_by(context, priority)}
    return _content(context, "progress", f"still_open:{_instant(context.now)}", facts=facts)


def extension(data: ClockExtended, context: Context) -> LetterContent:
    """Why the answer takes longer, and its new date (MiCA Art. 71, DISP 1.6.2AR, VARA III.A.1)."""
    answer_by = _instant(data.due_at)
    facts = {
        "before": _instant(data.before),
        "answer_by": answer_by,
        "reason": data.reason,
        **_desk(context),
    }
    return _content(context, "extension", f"extension:{answer_by}", facts=facts)


def appeal(data: AppealAdmitted, context: Context, priority: Priority) -> LetterContent:
    """Another person looks at the case anew."""
    facts = {"step": "appeal", "level": data.level, "update_by": _update_by(context, priority)}
    return _content(context, "progress", f"appeal:{data.level}", facts=facts)


def appeal_refused(data: AppealRefused, context: Context) -> LetterContent:
    """Why the appeal is not heard."""
    facts = {"step": "appeal_refused", "rule": data.rule, **_desk(context)}
    return _content(context, "progress", f"appeal_refused:{data.rule}", facts=facts)


def freeze_notice(data: EffectVerified, context: Context) -> LetterContent:
    """The account is protected; the template says more to a reader whose identity is proved."""
    facts = {"at": _instant(data.applied_at or context.now), **_desk(context)}
    return _content(context, "freeze_notice", f"freeze:{data.key}", facts=facts)


def decision(data: DecisionMade, context: Context) -> LetterContent:
    """Cause, measures, result, and the ways on with their dates (Art. 6, DISP 1.6.2R)."""
    resolution = context.policy.resolution
    facts = {
        **data.details,
        "outcome": data.outcome,
        "finding": data.finding,
        "cause": data.cause,
        "level": data.level,
        "last_level": data.level >= resolution.last_level,
        "by_playbook": bool(data.details),
        "respond_by": _instant(data.respond_by),
        "appeal_by": _instant(context.now + resolution.appeal_within),
        **_desk(context),
    }
    return _content(
        context,
        "decision",
        f"decision:{data.decision_id}",
        facts=facts,
        remedies=data.remedies,
        explanation=data.explanation,
        decision_id=data.decision_id,
    )


def rating_request(data: CaseClosed, context: Context) -> LetterContent:
    """How was it? Asked once for each decision."""
    about, facts = f"rating:{data.decision_id}", {"outcome": data.outcome}
    return _content(context, "rating_request", about, facts=facts, decision_id=data.decision_id)


def staff_message(data: StaffMessageSubmitted, context: Context) -> LetterContent:
    """What a member of staff wrote, word for word."""
    about = f"message:{context.cause}"
    return _content(context, "staff_message", about, facts={}, explanation=data.text)
