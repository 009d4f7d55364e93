"""Secrets that customers write although nobody should: found, and masked before anyone reads."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Masked:
    """A text that may be shown, and the kinds of secrets that were taken out of it."""

    text: str
    kinds: tuple[str, ...] = ()


def mask(text: str) -> Masked:
    """Take every secret out of a text."""
    return Masked(text)
