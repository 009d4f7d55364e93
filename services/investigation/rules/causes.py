"""The taxonomy of root causes: what is known of a cause beyond its name, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

import yaml
from pydantic import TypeAdapter

from shared.events.investigation import CauseSubmitted, RootCause

UNDETERMINED = "undetermined"


@dataclass(frozen=True)
class Taxonomy:
    """The details that each cause may have, with the version of the list."""

    version: str
    causes: Mapping[RootCause, tuple[str, ...]]


def against_taxonomy(asked: CauseSubmitted) -> str | None:
    """The rule that a cause breaks: a detail not its own, or none determined without why."""
    if asked.detail is not None and asked.detail not in TAXONOMY.causes[asked.cause]:
        return "unknown-detail"
    return "reason-missing" if asked.cause == UNDETERMINED and not asked.reason else None


def _read() -> Taxonomy:
    text = files("services.investigation.data").joinpath("causes.yaml").read_text("utf-8")
    return TypeAdapter(Taxonomy).validate_python(yaml.safe_load(text))


TAXONOMY = _read()
DETAILS = tuple(detail for details in TAXONOMY.causes.values() for detail in details)
