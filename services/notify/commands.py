"""Notify's staff commands: write to the customer, open a case for reading."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.notify.reading.commands import COMMANDS as ACCESS
from shared.events.notify import StaffMessageSubmitted
from shared.events.personal import Personal
from shared.http.tokens import Principal
from shared.rules.secrets import mask
from shared.runner.staff import Command

WRITERS = frozenset({"agent", "supervisor", "admin"})
LONGEST = 10_000


def _something(text: str) -> str:
    if not text.strip():
        raise ValueError("holds nothing to read")
    return text.strip()


class StaffMessage(BaseModel):
    """What the customer shall read; secrets are masked before it is kept."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    text: Annotated[str, Field(min_length=1, max_length=LONGEST), AfterValidator(_something)]


def message(body: StaffMessage, staff: Principal, _now: datetime) -> StaffMessageSubmitted:
    """The command for a message."""
    said = mask(body.text)
    return StaffMessageSubmitted(staff=staff.subject, text=Personal(said.text), masked=said.kinds)


COMMANDS = {"message": Command(StaffMessage, message, WRITERS), **ACCESS}
