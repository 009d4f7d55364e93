"""One line of the doctor's report."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """What a check found, and what to do where it is not `ok`. No secret, nothing personal."""

    check: str
    ok: bool
    says: str
    do: str = ""


def well(check: str, says: str) -> Finding:
    """All is as it should be."""
    return Finding(check, ok=True, says=says)


def ill(check: str, says: str, do: str) -> Finding:
    """Something must be done."""
    return Finding(check, ok=False, says=says, do=do)
