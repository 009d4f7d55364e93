"""The network that a customer names, where it is one we have heard of, and no other text. Pure."""

from importlib.resources import files

import yaml

_TEXT = files("shared.rules").joinpath("data/networks.yaml").read_text("utf-8")
_NAMES: frozenset[str] = frozenset(yaml.safe_load(_TEXT)["names"])


def network_named(said: str | None) -> str | None:
    """A known name in small letters; else None.

    The field takes any text, an address or somebody's name too, and events show it unsealed.
    """
    name = " ".join((said or "").lower().split())
    return name if name in _NAMES else None
