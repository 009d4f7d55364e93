"""The rules of resolution: what a case is, freezes, effects, approvals, decisions."""
