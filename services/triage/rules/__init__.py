"""Understanding a complaint and finding who takes it: pure rules over versioned term data."""

from services.triage.rules.classification import Classification, Entities, Reason, classify

__all__ = ["Classification", "Entities", "Reason", "classify"]
