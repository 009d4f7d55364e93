"""The staff command that corrects a category."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.events.base import Category
from shared.events.triage import CategorySubmitted
from shared.http.tokens import Principal
from shared.runner.staff import Command


class SetCategory(BaseModel):
    """What the case is about, and why we think so, as a code."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    category: Category
    reason: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,63}$", description="a code, no prose")]


def _set_category(body: SetCategory, staff: Principal, _now: datetime) -> CategorySubmitted:
    return CategorySubmitted(staff=staff.subject, category=body.category, reason=body.reason)


COMMANDS = {"category": Command(SetCategory, _set_category, frozenset({"agent", "supervisor"}))}
