"""How long something may take, in the unit in which it was promised."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

Kind = Literal["seconds", "business_minutes", "business_days", "calendar_days", "weeks", "months"]
WORDS = re.compile(r"(\d+) ([a-z]+(?:[ _][a-z]+)?)")
SECOND = timedelta(seconds=1)
_ELAPSED: TypeAdapter[timedelta] = TypeAdapter(timedelta)


class Budget(BaseModel):
    """A number of units: `15 business_days`, `2 months`, `1 week`.

    An ISO 8601 duration is time elapsed, as everywhere in a policy: `P1D` are 86,400 seconds,
    `1 calendar_day` ends with the next local day.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    count: int = Field(ge=0)

    def __str__(self) -> str:
        unit = self.kind.removesuffix("s") if self.count == 1 else self.kind
        return f"{self.count} {unit}"

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        words = WORDS.fullmatch(value)
        if words is None:
            return {"kind": "seconds", "count": _ELAPSED.validate_python(value) / SECOND}
        kind = words[2].replace(" ", "_")
        return {"kind": f"{kind.removesuffix('s')}s", "count": int(words[1])}
