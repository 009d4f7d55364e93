"""What of investigation's commands the pages offer, to whom and when. Pure; the rules decide."""

from collections.abc import Callable, Mapping

from services.investigation.state import InvestigationState
from shared.http.tokens import Principal
from shared.pages.languages import LANGUAGES
from shared.runner.staff import Offer, Offers


def anybody(state: InvestigationState, _who: Principal) -> list[Offer]:
    """While the investigation runs."""
    return [Offer()] if _runs(state) else []


def who_has_it(state: InvestigationState, who: Principal) -> list[Offer]:
    """Who has the case, and supervisors; one piece of evidence for another."""
    pieces = _pieces(state)
    fits = _theirs(state, who) and len(pieces) > 1
    return [Offer(choices={"evidence_id": pieces, "by": pieces})] if fits else []


def until_proposed(*evidence: str) -> Callable[[InvestigationState, Principal], list[Offer]]:
    """Who has the case, until a proposal stands; the fields of `evidence` choose from the file."""

    def offered(state: InvestigationState, who: Principal) -> list[Offer]:
        if state.proposing or not _theirs(state, who):
            return []
        points = [(point, point) for point in state.raised]
        return [Offer(choices={**dict.fromkeys(evidence, _pieces(state)), "point": points})]

    return offered


def with_a_cause(state: InvestigationState, who: Principal) -> list[Offer]:
    """A proposal needs a cause first; whoever writes it says in which language."""
    if not state.cause or not until_proposed()(state, who):
        return []
    own = {state.language: state.language} if state.language else {}
    return [Offer(choices={"language": [*{**own, **LANGUAGES}.items()]})]


def _runs(state: InvestigationState) -> bool:
    return state.level > 0 and not state.over


def _theirs(state: InvestigationState, who: Principal) -> bool:
    return _runs(state) and (who.subject == state.assignee or "supervisor" in who.roles)


def _pieces(state: InvestigationState) -> list[tuple[str, str]]:
    """The evidence on file, as a person tells one piece from another."""
    every = sorted(state.evidence.values(), key=lambda piece: piece.collected_at)
    return [
        (piece.evidence_id, f"{piece.type} of {piece.source}, {piece.collected_at:%H:%M}")
        for piece in every
    ]


OFFERS: Mapping[str, Offers] = {
    "add-evidence": anybody,
    "supersede-evidence": who_has_it,
    "record-finding": until_proposed("contradicting"),
    "record-cause": until_proposed(),
    "propose": with_a_cause,
}
