"""The versioned data files of triage's rules, read once."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def load(name: str) -> dict[str, Any]:
    """The content of `services/triage/data/<name>`."""
    text = files("services.triage").joinpath("data", name).read_text("utf-8")
    content: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return content
