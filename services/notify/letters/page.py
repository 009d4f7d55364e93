"""A letter as HTML for mail programs: the same words, nothing fetched, only our links. Pure."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from services.notify.letters.locale import locale_of
from services.notify.letters.marks import blocks
from services.notify.letters.render import Text

_environment = Environment(
    loader=PackageLoader("services.notify", "templates/mail"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def html(text: Text) -> str:
    """The whole page; addresses in `text.links` become links, everything else is escaped."""
    template = _environment.get_template("letter.html.j2")
    return template.render(
        subject=text.subject,
        blocks=blocks(text.marked),
        language=text.language,
        direction="rtl" if locale_of(text.language).text_direction == "rtl" else "ltr",
        linked=lambda line: _linked(line, text.links),
    )


def _linked(line: str, links: tuple[str, ...]) -> Markup:
    """A line that is one of our addresses as a link; no other line makes one."""
    if line not in links:
        return escape(line)
    return Markup('<a href="{0}" style="color:#0b57d0;word-break:break-all">{0}</a>').format(line)
