"""Acknowledges by hand, but does not give back what failed: the next commit passes over it."""

from faststream import AckPolicy

from shared.runner import process
from shared.runner.subscribing import SUBSCRIBING
from tests.faults.wrong.unchecked import unchecked

SUBSCRIBING["ack_policy"] = AckPolicy.MANUAL
process.check_subscribers = unchecked  # type: ignore[attr-defined] # which would refuse to start
