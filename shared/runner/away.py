"""MongoDB away: the one place where its driver's errors become ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pymongo.errors import DuplicateKeyError, PyMongoError

from shared.errors import TransientError


@contextmanager
def away() -> Iterator[None]:
    """Turn the driver's errors into TransientError; a DuplicateKeyError is an answer, and stays."""
    try:
        yield
    except DuplicateKeyError:
        raise
    except PyMongoError as error:
        raise TransientError("MongoDB is away") from error
