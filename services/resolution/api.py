"""Resolution's staff commands: approve, deny, freeze, unfreeze."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.resolution.rules.approvals import APPROVERS, FREEZERS
from shared.events.resolution import ApprovalSubmitted, FreezeSubmitted, UnfreezeSubmitted
from shared.http.tokens import Principal
from shared.runner.staff import Command

Reason = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{1,63}$", description="a code, no prose")]


class Because(BaseModel):
    """Why, as a code."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    reason: Reason


class Verdict(Because):
    """Which proposal is approved or denied, and why."""

    proposal_id: str = Field(min_length=1, max_length=100)


def _verdict(body: Verdict, staff: Principal, approve: bool) -> ApprovalSubmitted:
    return ApprovalSubmitted(
        staff=staff.subject, proposal_id=body.proposal_id, approve=approve, reason=body.reason
    )


def _approve(body: Verdict, staff: Principal, _now: datetime) -> ApprovalSubmitted:
    return _verdict(body, staff, approve=True)


def _deny(body: Verdict, staff: Principal, _now: datetime) -> ApprovalSubmitted:
    return _verdict(body, staff, approve=False)


def _freeze(body: Because, staff: Principal, _now: datetime) -> FreezeSubmitted:
    return FreezeSubmitted(staff=staff.subject, reason=body.reason)


def _unfreeze(body: Because, staff: Principal, _now: datetime) -> UnfreezeSubmitted:
    return UnfreezeSubmitted(staff=staff.subject, reason=body.reason)


COMMANDS = {
    "approve": Command(Verdict, _approve, APPROVERS),
    "deny": Command(Verdict, _deny, APPROVERS),
    "freeze": Command(Because, _freeze, FREEZERS),
    "unfreeze": Command(Because, _unfreeze, APPROVERS),
}
