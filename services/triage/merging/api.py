"""What staff may ask: let a case wait for another, and take that back."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.events.triage import MergeSubmitted, UnmergeSubmitted
from shared.http.tokens import Principal
from shared.runner.staff import Command

MAY_MERGE = frozenset({"agent", "supervisor"})
Reason = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,63}$", description="a code, no prose")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Merge(_Body):
    """The case that this one waits for, by id or reference, and why, as a code."""

    into: Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    reason: Reason


class Unmerge(_Body):
    """Why the case is worked on again, as a code."""

    reason: Reason


def _merge(body: Merge, staff: Principal, _now: datetime) -> MergeSubmitted:
    return MergeSubmitted(staff=staff.subject, into=body.into, reason=body.reason)


def _unmerge(body: Unmerge, staff: Principal, _now: datetime) -> UnmergeSubmitted:
    return UnmergeSubmitted(staff=staff.subject, reason=body.reason)


COMMANDS = {
    "merge": Command(Merge, _merge, MAY_MERGE, cases=("into",)),
    "unmerge": Command(Unmerge, _unmerge, MAY_MERGE),
}
