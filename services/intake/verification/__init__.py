"""Verification finds out who complains, asks once for what is missing, then decides."""
