"""What every CloudEvent of ours says of itself, whatever it tells (interfaces.md 0)."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.events.base import Lane
from shared.pipeline import STAGES

SEQUENCE_LIMIT = 2**53
STAGE_OF = {f"/redress/{name}": name for name in STAGES}
Traceparent = Annotated[str, Field(pattern=r"^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")]


class Attributes(BaseModel):
    """What a CloudEvent says of itself; `sequence` is None for an input, without any order."""

    model_config = ConfigDict(extra="ignore")

    specversion: str = "1.0"
    id: str = Field(min_length=1, max_length=200)
    source: str
    type: str
    subject: str
    time: AwareDatetime
    datacontenttype: str = "application/json"
    dataschema: str
    sequence: int | None = Field(default=None, ge=1, lt=SEQUENCE_LIMIT)
    lane: Lane = "normal"
    causationid: str = ""
    correlationid: str = ""
    partitionkey: str = ""
    prevhash: str = ""
    actor: str = "system"
    policyversion: str = ""
    traceparent: Traceparent | None = None

    @property
    def stage(self) -> str:
        """The stage that the source names."""
        return STAGE_OF.get(self.source) or self.source.rpartition("/")[2]
