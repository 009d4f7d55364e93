"""Intake owes nothing to the outside."""

ANSWERS: dict[str, object] = {}
