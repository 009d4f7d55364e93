"""Pages from templates: escaped, in the reader's language, and with nothing inline."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from fastapi import Response
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from services.notify.assets import address_of
from services.notify.timeline import title_of

FALLBACK = "en"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_FOLDER = "templates/pages"
_SPANS = ((86_400, "d"), (3_600, "h"), (60, "min"))

_environment = Environment(
    loader=PackageLoader("services.notify", _FOLDER),
    autoescape=select_autoescape(("html.j2",)),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@cache
def words(language: str) -> dict[str, Any]:
    """The words of the customer's page; English where there are none in that language."""
    folder = files("services.notify") / _FOLDER / "words"
    file = folder / f"{language}.yaml"
    file = file if file.is_file() else folder / f"{FALLBACK}.yaml"
    found: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
    return found


def part(template: str, **values: Any) -> str:
    """A piece of a page."""
    return _environment.get_template(f"{template}.html.j2").render(**values)


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A whole page with the headers that keep it to itself."""
    return Response(part(template, **values), status, HEADERS, "text/html; charset=utf-8")


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


_environment.filters |= {"clock": clock, "minute": minute, "span": span, "title_of": title_of}
_environment.globals["asset"] = address_of
