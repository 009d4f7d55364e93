"""What staff may ask of linking."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.intake.linking.decide import MAY_UNLINK
from shared.events.intake import UnlinkSubmitted
from shared.http.tokens import Principal
from shared.runner.staff import Command


class Unlink(BaseModel):
    """The other complaint's id, and why the two are not about the same matter, as a code."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    other: Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    reason: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,49}$")]


def _unlink(body: Unlink, staff: Principal, _: datetime) -> UnlinkSubmitted:
    return UnlinkSubmitted(staff=staff.subject, other=body.other, reason=body.reason)


COMMANDS = {"unlink": Command(Unlink, _unlink, MAY_UNLINK)}
