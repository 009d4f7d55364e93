"""Figures for an authority as text and as JSON; the same figures give the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from shared.report.analysis import Analysis
from shared.report.page import Places
from shared.report.returns import Return

NONE = "none"


def as_json(figures: Analysis | Return, policies: Sequence[str], places: Places) -> str:
    """The figures, the policies they came about under, and the offsets they were read from."""
    content = {"figures": asdict(figures), "policies": list(policies), "log": dict(places)}
    return json.dumps(content, indent=1, ensure_ascii=False)


def as_text(figures: Analysis | Return, policies: Sequence[str], places: Places) -> str:
    """The same for people."""
    source = {"policies": list(policies), "counted from": dict(places)}
    return "\n".join(_lines({**asdict(figures), **source}))


def _lines(content: Mapping[str, Any]) -> Iterator[str]:
    for name, value in content.items():
        label = name.replace("_", " ")
        if isinstance(value, Mapping):
            yield f"\n{label}"
            yield from (f"  {key:34}{_shown(inner)}" for key, inner in value.items())
        elif isinstance(value, list | tuple):
            yield f"\n{label}"
            yield from (f"  {_shown(inner)}" for inner in value)
        else:
            yield f"{label:36}{_shown(value)}"


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_shown(inner)}" for name, inner in value.items())
    return NONE if value is None else str(value)
