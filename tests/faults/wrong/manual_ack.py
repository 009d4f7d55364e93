"""Acknowledges by hand, but does not give back what failed: the next commit passes over it."""

from faststream import AckPolicy

from shared.runner.subscribing import SUBSCRIBING

SUBSCRIBING["ack_policy"] = AckPolicy.MANUAL
