"""What a browser is shown where there is nothing; programs get the problem as ever."""

from fastapi import Request, Response
from starlette.applications import Starlette

from shared.http.problem import on_http
from shared.pages.html import environment, page, wished, words

PROGRAMS = "/v1/"
_templates = environment("shared.pages", "templates")


def install(app: Starlette) -> None:
    """Answer 404 with a page wherever a browser asked for one."""
    app.add_exception_handler(404, _on_lost)


async def _on_lost(request: Request, error: Exception) -> Response:
    if not _reads_pages(request):
        return await on_http(request, error)
    language = wished(request)
    text = words("shared.pages", "words", language)
    return page(_templates, "lost", 404, words=text, language=language)


def _reads_pages(request: Request) -> bool:
    """Browsers name HTML when they open an address; programs and scripts do not."""
    asked = request.headers.get("accept", "")
    return "text/html" in asked and not request.url.path.startswith(PROGRAMS)
