"""classify(): what a customer's text asks for, how urgent it is, and why we think so."""

from dataclasses import dataclass

from services.triage.rules import terms
from services.triage.rules.category import STRONG, choose
from services.triage.rules.entities import Entities, entities_of
from services.triage.rules.language import language_of
from services.triage.rules.priority import priority_of
from shared.events.base import Category, Priority
from shared.rules.danger import EMERGENCY
from shared.rules.reading import Fired, Rule, plain


@dataclass(frozen=True)
class Reason:
    """A rule that decided, the version of its data, and the words of the text that met it."""

    rule: str
    version: str
    evidence: str


@dataclass(frozen=True)
class Classification:
    """Everything that a text tells of a case; `emergency` where its priority is P1."""

    language: str
    category: Category
    priority: Priority
    emergency: bool
    entities: Entities
    reasons: tuple[Reason, ...]
    confidence: float
    version: str


def classify(text: str, hint: str | None = None) -> Classification:
    """Language (ISO 639-1 or `und`), category, priority, entities and reasons of a text.

    `hint` is the customer's own choice of category: it speaks only where no rule decides.
    """
    text = plain(text)
    fired = terms.rules_that_hold(text)
    choice = choose(fired, hint)
    urgency = priority_of(choice.category, fired)
    language = language_of(text)
    return Classification(
        language=language,
        category=choice.category,
        priority=urgency,
        emergency=urgency == EMERGENCY,
        entities=entities_of(text, language),
        reasons=_reasons(choice.category, urgency, fired),
        confidence=choice.confidence,
        version=terms.VERSION,
    )


def _reasons(category: Category, urgency: Priority, fired: tuple[Fired, ...]) -> tuple[Reason, ...]:
    """The rules of the category, and strong ones of others that made it as urgent."""

    def decides(rule: Rule) -> bool:
        return rule.category == category or (rule.priority == urgency and rule.weight >= STRONG)

    told = [one for one in fired if decides(one.rule)]
    reasons = tuple(Reason(one.rule.rule, terms.VERSION, one.evidence) for one in told)
    return reasons or (Reason("no_rule_holds", terms.VERSION, ""),)
