"""`GET /v1/cases`: the queue for programs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from services.triage.desk.listing import Cursor, Listing, Standing, Wish, listed
from shared.events.base import Category, Lane, Priority
from shared.http.tokens import verify
from shared.runner.staff import READERS

if TYPE_CHECKING:
    from shared.runner.wiring import Wiring

MOST = 200
A_YEAR_H = 8_784
MAX_ACCOUNT = 128
NAME = "^[A-Za-z0-9._:@|-]{0,128}$"


def _or_none(text: Any) -> Any:
    return text or None


class Asked(BaseModel):
    """What the query asks for, in the same words on the page and for programs.

    `due_within` is in hours, and names what is late already, too; `older_than` is in hours since
    the case was classified; `account` is the exchange's id of the customer.
    """

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    mine: bool = False
    team: Annotated[str, Field(pattern="^[a-z_]{0,32}$")] = ""
    priority: Annotated[Priority | None, BeforeValidator(_or_none)] = None
    state: Standing = "open"
    assignee: Annotated[str, Field(pattern=NAME)] = ""
    category: Annotated[Category | None, BeforeValidator(_or_none)] = None
    lane: Annotated[Lane | None, BeforeValidator(_or_none)] = None
    account: Annotated[str, Field(max_length=MAX_ACCOUNT)] = ""
    older_than: Annotated[int | None, BeforeValidator(_or_none), Field(ge=0, le=A_YEAR_H)] = None
    due_within: Annotated[int | None, BeforeValidator(_or_none), Field(ge=0, le=A_YEAR_H)] = None
    after: Annotated[str, Field(max_length=100)] = ""
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50

    def wish(self, me: str, now: datetime) -> Wish:
        """The same for the one who asks. Raises ProblemError 422 for a bad cursor."""
        within = None if self.due_within is None else now + timedelta(hours=self.due_within)
        before = None if self.older_than is None else now - timedelta(hours=self.older_than)
        return Wish(
            standing=self.state,
            assignee=me if self.mine else self.assignee or None,
            team=self.team or None,
            priority=self.priority,
            category=self.category,
            lane=self.lane,
            account=self.account.strip() or None,
            due_before=within,
            before=before,
            after=Cursor.parse(self.after) if self.after else None,
            limit=self.limit,
        )


def router(wiring: Wiring) -> APIRouter:
    """The route, for all staff: a row holds nothing personal."""
    routes, key = APIRouter(tags=["staff"]), wiring.settings.token_key.get_secret_value()

    async def cases(request: Request, asked: Annotated[Asked, Query()]) -> Listing:
        now = datetime.now(UTC)
        who = verify(key, request.headers.get("authorization"), now)
        who.require(READERS)
        return await listed(wiring.database["triage"], asked.wish(who.subject, now))

    routes.add_api_route("/v1/cases", cases)
    return routes
