"""Understanding a complaint and finding who takes it: pure rules over versioned term data."""

from services.triage.rules.classification import Classification, Reason, classify
from services.triage.rules.entities import Entities

__all__ = ["Classification", "Entities", "Reason", "classify"]
