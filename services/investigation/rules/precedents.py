"""Consistency with earlier decisions: what a finding led to in other complaints. Pure.

Regulation: Delegated Regulation (EU) 2025/294, Article 6(1).
"""

from collections.abc import Iterable, Iterator, Sequence

from services.investigation.state import InvestigationState
from shared.events.investigation import Precedent, ProposalDrafted, RemedyProposed
from shared.rules.remedies import REMEDIES

REASON_MISSING = "precedent-reason-missing"
_PAID = {"credit": "credit", "compensate": "compensate", "delay": "compensate"}


def drafted(
    state: InvestigationState,
    proposal: RemedyProposed,
    remedies: Iterable[str],
    advised: str | None = None,
) -> ProposalDrafted:
    """A proposal with what it is compared by; `remedies` are its codes.

    `advised` is the remedy that a playbook's rules have for these facts: one finding may have
    several, as where the money came back meanwhile.
    """
    return ProposalDrafted(
        proposal=proposal,
        about=f"{state.category}|{proposal.finding}|{advised or ''}",
        answer=f"{proposal.outcome}|{','.join(sorted({*_parts(remedies)}))}",
    )


def _parts(codes: Iterable[str]) -> Iterator[str]:
    """A remedy that pays twice is the two payments, so that it equals them."""
    for code in codes:
        row = REMEDIES.get(code)
        paid = [_PAID[take] for take in row.takes if take in _PAID] if row else []
        yield from paid or [code]


def breaks_with(draft: ProposalDrafted, practice: Sequence[Precedent]) -> bool:
    """Whether earlier cases got another answer, and nobody says why this one differs.

    What most of the newest got counts; decisions that gave a reason to differ are none of them.
    """
    if draft.proposal.precedent_reason is not None or not practice:
        return False
    most = max(one.cases for one in practice)
    return draft.answer not in {one.answer for one in practice if one.cases == most}
