"""Reading evidence: a part of an answer in its shape, or nothing."""

from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

S = TypeVar("S")


def read(shape: TypeAdapter[S], part: object) -> S | None:
    """The part in its shape; None where it has not got it, for a person to look at."""
    try:
        return shape.validate_python(part)
    except ValidationError:
        return None
