"""What staff may ask about a problem: say, at any of its members, that it is mended."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.events.triage import ProblemFixSubmitted
from shared.http.tokens import Principal
from shared.runner.staff import Command

MAY_FIX = frozenset({"supervisor", "operator"})


class Fix(BaseModel):
    """Why the problem counts as mended, as a code."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    reason: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,63}$", description="a code, no prose")]


def _fix(body: Fix, staff: Principal, _now: datetime) -> ProblemFixSubmitted:
    return ProblemFixSubmitted(staff=staff.subject, reason=body.reason)


COMMANDS = {"fix-problem": Command(Fix, _fix, MAY_FIX)}
