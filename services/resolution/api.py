"""Resolution's staff commands: approve, deny, freeze, unfreeze, and what follows a decision."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.resolution.rules.approvals import APPROVERS, FREEZERS
from shared.events.personal import Personal
from shared.events.resolution import (
    ActionDoneSubmitted,
    ActionSubmitted,
    ApprovalSubmitted,
    Body,
    CallbackSubmitted,
    ExternalDecisionSubmitted,
    FreezeSubmitted,
    ReferralSubmitted,
    UnfreezeSubmitted,
)
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


class Callback(BaseModel):
    """What came of the call about a decision."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    decision_id: str = Field(min_length=1, max_length=100)
    outcome: Reason


class Referral(BaseModel):
    """Who outside has the matter now, since when, and under which number."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    body: Body
    referred_on: date
    reference: Annotated[str, Field(min_length=1, max_length=200)] | None = None


class ExternalDecision(BaseModel):
    """What somebody outside decided, and when."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    outcome: Literal["upheld", "partly_upheld", "rejected", "settled", "withdrawn"]
    decided_on: date
    summary: str = Field(min_length=1, max_length=4000)


def _callback(body: Callback, staff: Principal, _now: datetime) -> CallbackSubmitted:
    return CallbackSubmitted(
        staff=staff.subject, decision_id=body.decision_id, outcome=body.outcome
    )


def _refer(body: Referral, staff: Principal, _now: datetime) -> ReferralSubmitted:
    return ReferralSubmitted(
        staff=staff.subject,
        body=body.body,
        referred_on=body.referred_on,
        reference=Personal(body.reference) if body.reference else None,
    )


def _external(
    body: ExternalDecision, staff: Principal, _now: datetime
) -> ExternalDecisionSubmitted:
    return ExternalDecisionSubmitted(
        staff=staff.subject,
        outcome=body.outcome,
        decided_on=body.decided_on,
        summary=Personal(body.summary),
    )


class Action(BaseModel):
    """What is done after a review, by which role or team, until when, against which finding."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    what: str = Field(min_length=1, max_length=2000)
    owner: Reason
    due_on: date
    against: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,63}$")]


class ActionEnd(BaseModel):
    """Which action is carried out."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    action_id: str = Field(min_length=1, max_length=100)


def _plan(body: Action, staff: Principal, _now: datetime) -> ActionSubmitted:
    return ActionSubmitted(
        staff=staff.subject,
        what=Personal(body.what),
        owner=body.owner,
        due_on=body.due_on,
        against=body.against,
    )


def _end(body: ActionEnd, staff: Principal, _now: datetime) -> ActionDoneSubmitted:
    return ActionDoneSubmitted(staff=staff.subject, action_id=body.action_id)


COMMANDS = {
    "approve": Command(Verdict, _approve, APPROVERS),
    "deny": Command(Verdict, _deny, APPROVERS),
    "freeze": Command(Because, _freeze, FREEZERS),
    "unfreeze": Command(Because, _unfreeze, APPROVERS),
    "record-callback": Command(Callback, _callback, FREEZERS),
    "refer-external": Command(Referral, _refer, FREEZERS),
    "plan-action": Command(Action, _plan, APPROVERS),
    "complete-action": Command(ActionEnd, _end, FREEZERS),
    "external-decision": Command(ExternalDecision, _external, APPROVERS),
}
