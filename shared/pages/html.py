"""Pages from templates: escaped, with nothing inline, and with headers that keep them to us."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, select_autoescape

from shared.pages.assets import address_of

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


def environment(package: str, folder: str) -> Environment:
    """The templates of a package's folder, over the frame that all pages stand in."""
    frame = PackageLoader("shared.pages", "templates")
    made = Environment(
        loader=ChoiceLoader((PackageLoader(package, folder), frame)),
        autoescape=select_autoescape(("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["asset"] = address_of
    return made


def part(templates: Environment, name: str, **values: Any) -> str:
    """A piece of a page."""
    return templates.get_template(f"{name}.html.j2").render(**values)


def page(templates: Environment, name: str, status: int = 200, **values: Any) -> Response:
    """A whole page with the headers that keep it to itself."""
    body = part(templates, name, **values)
    return Response(body, status, HEADERS, "text/html; charset=utf-8")
