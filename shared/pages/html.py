"""Pages from templates: escaped, with nothing inline, and with headers that keep them to us."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from fastapi import Request, Response
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, select_autoescape

from shared.http.errors import ProblemError
from shared.pages.assets import address_of
from shared.pages.languages import FALLBACK, LANGUAGES, language_of

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
    made.globals |= {"asset": address_of, "languages": LANGUAGES}
    return made


def part(templates: Environment, name: str, **values: Any) -> str:
    """A piece of a page."""
    return templates.get_template(f"{name}.html.j2").render(**values)


def page(templates: Environment, name: str, status: int = 200, **values: Any) -> Response:
    """A whole page, or the piece that a script asks for, with headers that keep it to itself."""
    body = part(templates, name, **values)
    return Response(body, status, HEADERS, "text/html; charset=utf-8")


@cache
def words(package: str, folder: str, language: str) -> dict[str, Any]:
    """The words of a package's pages over those of the frame; English where there are none."""
    own = _read(package, folder, language)
    return _read("shared.pages", "words", language) | own | {"language": language}


def _read(package: str, folder: str, language: str) -> dict[str, Any]:
    place = files(package) / folder
    file = place / f"{language}.yaml"
    file = file if language in LANGUAGES and file.is_file() else place / f"{FALLBACK}.yaml"
    found: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
    return found


def wished(request: Request) -> str:
    """The language that a visitor chose in the address, else the browser's."""
    return language_of(request.query_params.get("lang"), request.headers.get("accept-language"))


def framed(request: Request, package: str, folder: str, here: str) -> dict[str, Any]:
    """What the frame of a customer's page is filled with; `here` is the page's own path."""
    language = wished(request)
    return {"words": words(package, folder, language), "language": language, "here": here}


def own_form(request: Request) -> None:
    """Refuse a form that another site sent. Raises ProblemError 403.

    Our pages send no referrer, so Origin says nothing (Fetch, "append a request Origin header");
    Sec-Fetch-Site does, which scripts cannot set. A browser without it is let pass: it sends none
    of our cookies with another site's form, for they are SameSite=Strict.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise ProblemError(403, "another_site")
