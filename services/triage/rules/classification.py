"""classify(): what a customer's text asks for, how urgent it is, and why we think so."""

from dataclasses import dataclass
from hashlib import sha256

from services.triage.rules import terms
from services.triage.rules.category import CATEGORIES, REST, STRONG, WISH, Choice, Scores, choose
from services.triage.rules.doubt import trusted
from services.triage.rules.entities import Entities, entities_of
from services.triage.rules.language import language_of
from services.triage.rules.priority import in_danger, priority_of
from shared.events.kinds import Category, Priority
from shared.rules.danger import EMERGENCY
from shared.rules.reading import Rule, plain

UNSURE = 0.3  # how sure we are of a text that holds nothing we know
THINKABLE = 0.03  # how likely the model must find a second matter
TERM = "term:"  # begins the name of a reason that no rule gave
NAMED = 3  # of the model's reasons, where no rule gave one


@dataclass(frozen=True)
class Reason:
    """A rule that decided, the version of its data, and the words of the text that met it."""

    rule: str
    version: str
    evidence: str


@dataclass(frozen=True)
class Point:
    """One of the matters that a complaint raises, and the rule or term that told."""

    category: Category
    rule: str


@dataclass(frozen=True)
class Classification:
    """Everything that a text tells of a case; `emergency` where its priority is P1.

    `points` are its matters, one a category, the main one first.
    """

    language: str
    category: Category
    priority: Priority
    emergency: bool
    entities: Entities
    reasons: tuple[Reason, ...]
    confidence: float
    version: str
    points: tuple[Point, ...] = ()


def classify(text: str, hint: str | None = None) -> Classification:
    """Language (ISO 639-1 or `und`), category, priority, entities and reasons of a text.

    `hint` is the customer's own choice of category: it speaks only where no rule decides.
    """
    text = plain(text)
    seen = terms.read(text)
    scores = Scores(*terms.MODEL.shares(seen.features, hint or ""))
    danger = in_danger(scores, seen.fired)
    choice = choose(scores, danger=danger)
    if choice.category == REST and not seen.fired:
        choice = _guessed(choice, hint, known=terms.MODEL.knows(seen.features))
    urgency = priority_of(choice.category, scores, danger=danger)
    language = language_of(text, seen.folded)
    reasons = _reasons(choice.category, urgency, seen)
    return Classification(
        language=language,
        category=choice.category,
        priority=urgency,
        emergency=urgency == EMERGENCY,
        entities=entities_of(text, language),
        reasons=reasons,
        confidence=trusted(choice.confidence, text, language),
        version=terms.VERSION,
        points=_points(choice, scores, seen, reasons[0]),
    )


def _points(choice: Choice, scores: Scores, seen: terms.Seen, reason: Reason) -> tuple[Point, ...]:
    """The main matter, and others that a rule is sure of and the model does not rule out.

    A wish has no second matter, and is none.
    """
    main, sure = choice.category, dict[str, str]()
    for one in seen.fired:
        if one.rule.category == main or _may_be_second(one.rule, main, scores):
            sure.setdefault(one.rule.category, one.rule.rule)
    told = sure.pop(main, None) or _loudest(main, seen, reason)
    return (Point(main, told), *(Point(name, sure[name]) for name in CATEGORIES if name in sure))


def _loudest(main: Category, seen: terms.Seen, reason: Reason) -> str:
    """The term that spoke loudest for the main matter; a reason that is a term is that one."""
    if reason.rule.startswith(TERM):
        return reason.rule
    return next((it.rule for it in _terms(main, seen)), reason.rule)


def _may_be_second(rule: Rule, main: Category, scores: Scores) -> bool:
    if rule.weight < STRONG or not {main, rule.category}.isdisjoint((WISH, REST)):
        return False
    return scores.categories[rule.category] >= THINKABLE


def _guessed(choice: Choice, hint: str | None, *, known: bool) -> Choice:
    """What the customer chose, where their words say nothing of the matter."""
    chosen = next((name for name in CATEGORIES if name == hint), choice.category)
    return choice if known and chosen == REST else Choice(chosen, UNSURE)


def _reasons(category: Category, urgency: Priority, seen: terms.Seen) -> tuple[Reason, ...]:
    """The rules of the category, and strong ones as urgent; else what the model weighed most."""

    def decides(rule: Rule) -> bool:
        return rule.category == category or (rule.priority == urgency and rule.weight >= STRONG)

    told = [one for one in seen.fired if decides(one.rule)]
    reasons = tuple(Reason(one.rule.rule, terms.VERSION, one.evidence) for one in told)
    return reasons or _terms(category, seen) or (Reason("no_rule_holds", terms.VERSION, ""),)


def _terms(category: Category, seen: terms.Seen) -> tuple[Reason, ...]:
    loudest = terms.MODEL.speaking_for(category, seen.features, NAMED)
    return tuple(Reason(f"{TERM}{_code(feature)}", terms.VERSION, feature) for feature in loudest)


def _code(feature: str) -> str:
    """A concept by its name; a spelling, which may be the customer's own word, by its digest."""
    if feature[0] in "#@!":
        return feature[1:]
    return sha256(feature.encode()).hexdigest()[:8]
