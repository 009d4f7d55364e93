"""The gate of decisions: what a proposal lacks, and the article that asks for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

import yaml
from pydantic import TypeAdapter

from services.investigation.rules.conclusions import CONCLUSIONS
from services.investigation.state import InvestigationState
from shared.events.base import Remedy
from shared.events.investigation import PointFinding, ProposalSubmitted
from shared.events.personal import Personal
from shared.pages.languages import LANGUAGES
from shared.rules.calendars import Pack, Part, pack


@dataclass(frozen=True)
class Articles:
    """The articles by the rule that a proposal breaks, with the version of the list.

    `parts` are the rules by the part of a decision, as the packs call them.
    """

    version: str
    articles: dict[str, str]
    parts: dict[Part, str]


def _load() -> Articles:
    text = files("services.investigation.data").joinpath("gate.yaml").read_text("utf-8")
    return TypeAdapter(Articles).validate_python(yaml.safe_load(text))


ARTICLES = _load()
UNKNOWN = "und"
GRANTS = frozenset({"upheld", "partly_upheld", "goodwill"})


@dataclass(frozen=True)
class Proposed:
    """What is to become a decision, of a playbook or a person.

    `language` is the one that a person says the words are in, nothing where they do not say;
    None for a playbook, whose letter is rendered in that of filing where the letters have it.
    """

    outcome: str
    finding: str
    remedies: tuple[Remedy, ...]
    explanation: Personal | None
    points: tuple[PointFinding, ...] = ()
    precedent_reason: Personal | None = None
    language: str | None = None


def answered(state: InvestigationState, asked: ProposalSubmitted) -> tuple[PointFinding, ...]:
    """The findings on the points that there are; what a proposal says counts over what was noted.

    The one point that is left open is answered by the proposal's own finding and words.
    """
    said = {**state.found, **{one.point: one for one in asked.points}}
    open_ = [point for point in state.raised if point not in said]
    if len(open_) == 1:
        own = PointFinding(point=open_[0], finding=asked.finding, reason=asked.explanation)
        said[open_[0]] = own
    return tuple(said[point] for point in state.raised if point in said)


def own_answers(state: InvestigationState, asked: Proposed) -> tuple[PointFinding, ...]:
    """The points that a playbook's proposal answers: its own matter, and what people noted."""
    said = dict(state.found)
    if asked.explanation is not None:
        own = PointFinding(point=state.category, finding=asked.finding, reason=asked.explanation)
        said.setdefault(state.category, own)
    return tuple(said[point] for point in state.raised if point in said)


def of_person(state: InvestigationState, asked: ProposalSubmitted) -> Proposed:
    """A person's proposal with all the points that it answers."""
    return Proposed(
        asked.outcome,
        asked.finding,
        asked.remedies,
        asked.explanation,
        answered(state, asked),
        asked.precedent_reason,
        asked.language or "",
    )


def gap(state: InvestigationState, asked: Proposed, jurisdiction: str) -> str | None:
    """The first rule that a proposal breaks; None where a decision may follow from it.

    `jurisdiction` names the pack whose law says what more a decision must hold.
    """
    law = pack(jurisdiction)
    broken = {
        "point-unanswered": len(asked.points) < len(state.raised),
        "reason-missing": not all(map(_says, (asked.explanation, *_reasons(asked)))),
        "remedy-missing": not asked.remedies and asked.outcome in GRANTS,
        "language-of-filing": _foreign(state, asked),
        "precedent-reason-missing": _differs(asked) and asked.precedent_reason is None,
        "outside-body-missing": _lacks(law, "outside_body", law.outside_body),
        "time-limit-missing": _lacks(law, "time_limit", law.refer_within),
    }
    return next((rule for rule, true in broken.items() if true), None)


def article_of(rule: str, jurisdiction: str) -> str | None:
    """Where a rule of the gate is written: in the law of the place, else in the RTS."""
    of_place = pack(jurisdiction).decision
    own = (where for part, where in of_place.items() if ARTICLES.parts[part] == rule)
    return next(own, ARTICLES.articles.get(rule))


def _reasons(asked: Proposed) -> Iterator[Personal]:
    return (one.reason for one in asked.points)


def _says(words: Personal | None) -> bool:
    return words is not None and bool(words.text.strip())


def _foreign(state: InvestigationState, asked: Proposed) -> bool:
    """Filed in no language that could be told: any will do, but it is named."""
    known = state.language not in {None, UNKNOWN}
    if asked.language is None:
        return known and state.language not in LANGUAGES
    return asked.language != state.language if known else not asked.language


def _differs(asked: Proposed) -> bool:
    """Whether the same finding has led to another outcome wherever a playbook decided."""
    tables = (table.findings.get(asked.finding) for table in CONCLUSIONS.values())
    outcomes = {found.outcome for found in tables if found}
    return bool(outcomes) and asked.outcome not in outcomes


def _lacks(law: Pack, part: Part, named: object) -> bool:
    """Whether a law asks for something that its pack gives the letter no words for."""
    return part in law.decision and named is None
