"""The judge of product suggestions: a wish needs no evidence."""

from services.investigation.playbooks.suggestion import SUGGESTION, judge_suggestion
from services.investigation.rules.judging import Judgement, by_sheet
from services.investigation.state import InvestigationState
from shared.decider import Context


def judged(state: InvestigationState, _context: Context) -> Judgement | str:
    """The suggestion, under the item of the product list that its words fit."""
    return by_sheet(SUGGESTION, judge_suggestion(state.claim.product))
