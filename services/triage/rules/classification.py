"""classify(): what a customer's text asks for, how urgent it is, and why we think so."""

import unicodedata
from dataclasses import dataclass

from services.triage.rules import category, priority, terms
from services.triage.rules.entities import Entities, entities_of
from services.triage.rules.language import language_of
from shared.rules.reading import LONGEST, Fired


@dataclass(frozen=True)
class Reason:
    """A rule that decided, the version of its data, and the words of the text that met it."""

    rule: str
    version: str
    evidence: str


@dataclass(frozen=True)
class Classification:
    """What interfaces.md section 4 promises, and whether the text tells of an emergency."""

    language: str
    category: str
    priority: str
    emergency: bool
    entities: Entities
    reasons: tuple[Reason, ...]
    confidence: float
    version: str


def classify(text: str, hint: str | None = None) -> Classification:
    """Language (ISO 639-1 or `und`), category, priority, entities and reasons of a text.

    `hint` is the customer's own choice of category: it speaks only where no rule decides.
    """
    text = unicodedata.normalize("NFKC", text[:LONGEST])[:LONGEST]
    fired = terms.rules_that_hold(text)
    choice = category.choose(fired, hint)
    urgency = priority.priority_of(choice.category, fired)
    language = language_of(text)
    return Classification(
        language=language,
        category=choice.category,
        priority=urgency,
        emergency=urgency == priority.EMERGENCY,
        entities=entities_of(text, language),
        reasons=_reasons(choice, fired, urgency),
        confidence=choice.confidence,
        version=terms.VERSION,
    )


def _reasons(choice: category.Choice, fired: tuple[Fired, ...], urgency: str) -> tuple[Reason, ...]:
    deciding = [
        one
        for one in fired
        if one.rule.category == choice.category
        or (one.rule.priority == urgency and one.rule.weight >= category.STRONG)
    ]
    if not deciding:
        return (Reason(choice.because, terms.VERSION, ""),)
    return tuple(Reason(one.rule.rule, terms.VERSION, one.evidence) for one in deciding)
