"""The follow-ups: what each body becomes on its way to the stage."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.intake.forms import Appeal, Confirmation, Form, Message, Rating, Withdrawal
from services.intake.rules import is_code
from shared.events.base import Input
from shared.events.intake import (
    AppealSubmitted,
    ConfirmationSubmitted,
    MessageSubmitted,
    RatingSubmitted,
    WithdrawalSubmitted,
)
from shared.events.personal import Personal


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One route below a complaint: its last path segment, its body, and the input it makes."""

    name: str
    form: type[Form]
    build: Callable[[Any, datetime], Input]


def _message(form: Message, now: datetime) -> Input:
    return MessageSubmitted(text=Personal(form.text), received_at=now, supplied=form.supplied())


def _appeal(form: Appeal, _: datetime) -> Input:
    """The points are the customer's words too: sealed with the reason, the event has numbers."""
    points = tuple(str(number) for number in range(1, len(form.points) + 1))
    words = [f"{number}. {point}" for number, point in zip(points, form.points, strict=True)]
    reason = Personal("\n".join([*words, form.reason]))
    return AppealSubmitted(decision_id=form.decision_id, points=points, reason=reason)


def _confirmation(form: Confirmation, _: datetime) -> Input:
    return ConfirmationSubmitted(decision_id=form.decision_id, satisfied=form.satisfied)


def _rating(form: Rating, _: datetime) -> Input:
    """A reason that is no code is somebody's words, and belongs to the sealed comment."""
    code = form.reason if form.reason and is_code(form.reason) else None
    words = [text for text in (form.reason if code is None else None, form.comment) if text]
    return RatingSubmitted(
        decision_id=form.decision_id,
        score=form.score,
        reason=code,
        comment=Personal("\n".join(words)) if words else None,
    )


def _withdrawal(form: Withdrawal, _: datetime) -> Input:
    return WithdrawalSubmitted(reason=Personal(form.reason) if form.reason else None)


FOLLOW_UPS = (
    FollowUp("messages", Message, _message),
    FollowUp("appeal", Appeal, _appeal),
    FollowUp("confirm", Confirmation, _confirmation),
    FollowUp("rating", Rating, _rating),
    FollowUp("withdraw", Withdrawal, _withdrawal),
)
