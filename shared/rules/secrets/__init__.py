"""Secrets that customers write although nobody should: found, and masked before anyone reads."""

from shared.rules.secrets.masking import MARKS, Masked, mask

__all__ = ["MARKS", "Masked", "mask"]
