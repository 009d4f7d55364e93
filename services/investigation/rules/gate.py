"""The gate of decisions: what a person's proposal lacks, and the article that asks for it."""

from dataclasses import dataclass
from importlib.resources import files

import yaml
from pydantic import TypeAdapter

from services.investigation.rules.conclusions import CONCLUSIONS
from services.investigation.state import InvestigationState
from shared.events.investigation import PointFinding, ProposalSubmitted


@dataclass(frozen=True)
class Articles:
    """The articles by the rule that a proposal breaks, with the version of the list."""

    version: str
    articles: dict[str, str]


def _load() -> Articles:
    text = files("services.investigation.data").joinpath("gate.yaml").read_text("utf-8")
    return TypeAdapter(Articles).validate_python(yaml.safe_load(text))


ARTICLES = _load().articles


def answered(state: InvestigationState, asked: ProposalSubmitted) -> tuple[PointFinding, ...]:
    """The findings on the points that there are; what a proposal says counts over what was noted.

    The one point that is left open is answered by the proposal's own finding and words.
    """
    said = {**state.found, **{one.point: one for one in asked.points}}
    open_ = [point for point in state.points if point not in said]
    if len(open_) == 1:
        own = PointFinding(point=open_[0], finding=asked.finding, reason=asked.explanation)
        said[open_[0]] = own
    return tuple(said[point] for point in state.points if point in said)


def gap(state: InvestigationState, asked: ProposalSubmitted) -> str | None:
    """The first rule that a proposal breaks; None where a decision may follow from it."""
    if len(answered(state, asked)) < len(state.points):
        return "point-unanswered"
    if asked.language and state.language and asked.language != state.language:
        return "language-of-filing"
    if _differs(asked) and asked.precedent_reason is None:
        return "precedent-reason-missing"
    return None


def _differs(asked: ProposalSubmitted) -> bool:
    """Whether the same finding has led to another outcome wherever a playbook decided."""
    tables = (table.findings.get(asked.finding) for table in CONCLUSIONS.values())
    outcomes = {found.outcome for found in tables if found}
    return bool(outcomes) and asked.outcome not in outcomes
