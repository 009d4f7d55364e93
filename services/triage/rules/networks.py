"""The network a customer names, where it is the name of one and no text about something else."""

import re

from services.triage.rules.data import load

_NAMES = frozenset(load("networks.yaml")["names"])
_SHORT = re.compile(r"[a-z0-9_-]{1,32}")


def network_named(said: str | None) -> str | None:
    """A known name or one short word, in small letters; else None.

    The field takes any text, and events show it unsealed for ever.
    """
    name = " ".join((said or "").lower().split())
    return name if name in _NAMES or _SHORT.fullmatch(name) else None
