"""Notify's pages: its templates, its words, and how it writes instants and spans."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import Response

from services.notify.timeline import title_of
from shared.pages import html as frame
from shared.pages.html import environment
from shared.reference import reference_of

_FOLDER = "templates/pages"
_SPANS = ((86_400, "d"), (3_600, "h"), (60, "min"))

_environment = environment("services.notify", _FOLDER)


def words(language: str) -> dict[str, Any]:
    """The words of the customer's page; English where there are none in that language."""
    return frame.words("services.notify", f"{_FOLDER}/words", language)


def part(template: str, **values: Any) -> str:
    """A piece of a page."""
    return frame.part(_environment, template, **values)


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A page, or the piece that a script asks for, with headers that keep it to itself."""
    return frame.page(_environment, template, status, **values)


def clock(instant: datetime) -> str:
    """An instant to the second, with its zone."""
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def minute(instant: datetime) -> str:
    """An instant to the minute, with its zone."""
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def span(seconds: float | None) -> str:
    """How long, in the largest unit that fits: `3 min`, `450 ms`."""
    if seconds is None:
        return ""
    for size, unit in _SPANS:
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


_environment.filters |= {"clock": clock, "minute": minute, "span": span}
_environment.filters |= {"title_of": title_of, "reference": reference_of}
