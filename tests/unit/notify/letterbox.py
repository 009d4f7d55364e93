"""A desk with one complaint, and the facts that other stages tell it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any, Self

import yaml

from services.notify.decide import DECIDER
from services.notify.letters.catalogue import CURRENT
from services.notify.state import NotifyState
from shared.events.base import ComplaintFacts, Event
from shared.events.intake import (
    ComplaintReceived,
    ComplaintWithdrawn,
    MessageMoved,
    MessageReceived,
)
from shared.events.investigation import RecheckScheduled
from shared.events.late import Word
from shared.events.notify import LetterRequested, StaffMessageSubmitted
from shared.events.personal import Personal
from shared.events.resolution import (
    AppealAdmitted,
    AppealRefused,
    CaseClosed,
    DecisionMade,
    EffectVerified,
    IdentityAwaited,
    WithdrawalsLocked,
)
from shared.events.triage import CaseAssigned, CaseClassified, ClockExtended, ProblemFixed
from shared.events.verification import (
    AdmissibilityDecided,
    IdentityVerified,
    InfoReminded,
    InfoRequested,
)
from shared.pipeline import STAGES
from shared.testing.scenario import START, Scenario


class Desk(Scenario[NotifyState]):
    """Notify's rules at work; letters are what it decided to write."""

    def __init__(self) -> None:
        super().__init__(STAGES["notify"], DECIDER)

    def told(self, *facts: Event) -> Self:
        for fact in facts:
            self.when(fact)
        return self

    def letters(self, kind: str | None = None) -> list[LetterRequested]:
        every = [e for e in self.events if isinstance(e, LetterRequested)]
        return [e for e in every if kind in (None, e.kind)]

    def kinds(self) -> list[str]:
        return [letter.kind for letter in self.letters()]


def facts(**more: Any) -> ComplaintFacts:
    given: dict[str, Any] = {
        "reference": "RD-TEST",
        "channel": "web_form",
        "subject": Personal("subject"),
        "description": Personal("description"),
        "received_at": START,
        "contact": Personal("mei@customers.example"),
    }
    return ComplaintFacts(**given | more)


def received(*, funds_in_danger: bool = False, **more: Any) -> ComplaintReceived:
    return ComplaintReceived(facts=facts(**more), funds_in_danger=funds_in_danger)


def desk(**more: Any) -> Desk:
    """A desk that knows the complaint."""
    return Desk().told(received(**more))


def messaged(*masked: str) -> MessageReceived:
    return MessageReceived(text=Personal("more"), received_at=START, masked=masked)


def moved(*, opens: bool = True) -> MessageMoved:
    word = Word(text=Personal("It is gone again."), received_at=START)
    into = "0a0a0a0a-0000-4000-8000-00000000beef"
    return MessageMoved(into=into, reference="RD-NEXT", opens=opens, since=START, word=word)


def wait(box: Desk, time: timedelta) -> Desk:
    box.elapse(time)
    return box


def verified(level: str = "L1") -> IdentityVerified:
    return IdentityVerified(user_id="10042", level=level)


def classified(language: str) -> CaseClassified:
    return CaseClassified(
        category="kyc",
        language=language,
        priority="P3",
        emergency=False,
        confidence=0.9,
        reasons=(),
        rules_version="1",
        team="kyc",
    )


def assigned(level: int = 1, priority: str = "P2") -> CaseAssigned:
    return CaseAssigned(
        team="payments",
        assignee="agent-en-1",
        level=level,
        category="deposit_withdrawal",
        language="en",
        priority=priority,
        reason="least-loaded",
    )


def info_requested(*items: str) -> InfoRequested:
    week = START + timedelta(days=7)
    return InfoRequested(items=items or ("txid",), reminders_at=(), deadline_at=week)


def reminded() -> InfoReminded:
    return InfoReminded(items=("txid",), reminder=1)


def rechecked(finding: str = "confirmed_wait", **details: Any) -> RecheckScheduled:
    return RecheckScheduled(at=START, finding=finding, details=details)


def frozen() -> EffectVerified:
    return EffectVerified(key="freeze|10042|2026-11-22", action="freeze", applied_at=START)


def locked(user_id: str = "10042") -> WithdrawalsLocked:
    return WithdrawalsLocked(
        key=f"unfreeze|{user_id}|p-1|withdrawals",
        user_id=user_id,
        until=START + timedelta(days=1),
        proposal_id="p-1",
    )


def admissibility(*, admissible: bool, **more: Any) -> AdmissibilityDecided:
    return AdmissibilityDecided(admissible=admissible, facts=facts(), **more)


def extended(**more: Any) -> ClockExtended:
    given: dict[str, Any] = {
        "clock": "decide",
        "level": 1,
        "before": datetime(2026, 12, 18, tzinfo=UTC),
        "due_at": datetime(2027, 1, 8, tzinfo=UTC),
        "reason": "awaiting-third-party",
        "staff": "boss",
    }
    return ClockExtended(**given | more)


def proof_awaited(**more: Any) -> IdentityAwaited:
    given: dict[str, Any] = {
        "proposal_id": "proposal-1",
        "action": "credit",
        "user_id": "10042",
        "needed": "L1",
        "proved": "L0",
        "reason": "identity-too-low",
    }
    return IdentityAwaited(**given | more)


def words_of(language: str) -> dict[str, dict[str, str]]:
    file = f"templates/letters/{language}/{CURRENT[language]}/words.yaml"
    words: dict[str, dict[str, str]] = yaml.safe_load(
        (files("services.notify") / file).read_text("utf-8")
    )
    return words


def decided(level: int = 1, **more: Any) -> DecisionMade:
    given: dict[str, Any] = {
        "decision_id": f"decision-{level}",
        "level": level,
        "outcome": "upheld",
        "finding": "credited_internal_delay",
        "cause": "platform",
        "remedies": (),
        "details": {"confirmations": 9, "required": 6},
        "respond_by": START + timedelta(days=7),
    }
    return DecisionMade(**given | more)


def appealed(level: int = 2) -> AppealAdmitted:
    return AppealAdmitted(
        decision_id="decision-1", level=level, points=("amount",), reason=Personal("why")
    )


def appeal_refused(rule: str = "too-late") -> AppealRefused:
    return AppealRefused(rule=rule, input_id="i")


def closed(outcome: str = "upheld", **more: Any) -> CaseClosed:
    given: dict[str, Any] = {"level": 1, "decision_id": "decision-1"}
    return CaseClosed(outcome=outcome, **given | more)


def every_letter(language: str, *, verified: bool = True) -> list[LetterRequested]:
    """All kinds of letters, with every step of progress, in one language."""
    proof = [IdentityVerified(user_id="10042", level="L1")] if verified else []
    box = desk(language_hint=language, funds_in_danger=True).told(
        *proof, info_requested("txid", "user_id"), reminded(), frozen(), locked(), assigned()
    )
    box.told(messaged("password", "unheard-of"))
    wait(box, timedelta(days=2)).told(
        rechecked(confirmations=2, required=6),
        rechecked(),
        extended(),
        proof_awaited(needed="L3"),
        decided(),
        appeal_refused(),
        appealed(),
        decided(2),
        closed(level=2, decision_id="decision-2"),
    )
    no = admissibility(admissible=False, reasons=("duplicate", "unheard-of"))
    other = desk(language_hint=language).told(*proof, no)
    back = desk(language_hint=language).told(*proof, ComplaintWithdrawn(), moved())
    back.when(StaffMessageSubmitted(staff="agent-1", text=Personal("We have found it")))
    last = [*back.letters("withdrawn"), *back.letters("continued"), *back.letters("staff_message")]
    last += unasked(language)
    return [*box.letters(), *other.letters("inadmissible"), *last]


def unasked(language: str) -> list[LetterRequested]:
    """The letters that nobody wrote to us for: a warning, a fault that is mended, a reminder."""
    holder = Personal("holder@customers.example")
    seen = desk(language_hint=language)
    seen.when(IdentityVerified(user_id="10042", level="L1", contact=holder))
    seen.told(ProblemFixed(problem_id="p-1", reason="node-replaced", staff="ops-1"))
    seen.told(decided(finding="confirmed_takeover"), closed(decision_id="decision-1"))
    wait(seen, timedelta(days=15))
    kinds = ("security_warning", "improvement", "security_reminder")
    return [letter for kind in kinds for letter in seen.letters(kind)]
