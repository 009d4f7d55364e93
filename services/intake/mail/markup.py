"""HTML to text in one pass and in linear time; nothing is loaded, nothing is believed.

The standard library's parser takes quadratic time on tags that never end (CVE-2025-6069).
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

_NAME = re.compile(r"/?\s*([a-zA-Z][a-zA-Z0-9]{0,15})")
_MARKS = re.compile(r"(?:class|id)\s{0,5}=\s{0,5}[\"']?([^\"'>]{0,200})", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s{0,5}:\s{0,5}none", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_BLANKS = re.compile(r"\n{3,}")
_BLOCKS = frozenset(
    (
        *("p", "div", "br", "li", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6"),
        *("pre", "hr", "blockquote", "section", "article", "header", "footer", "dl", "dt", "dd"),
        *("address", "center", "form", "fieldset"),
    )
)
_UNREAD = frozenset(("script", "style", "head", "title", "template", "noscript", "svg", "select"))
_NESTED = frozenset(("div", "span", "blockquote", "td", "table", "p", "section"))
_QUOTES = (
    "gmail_quote",
    "gmail_extra",
    "yahoo_quoted",
    "protonmail_quote",
    "moz-cite-prefix",
    "zmail_extra",
    "ox-quote",
    "mail-quote-collapse",
    "tutanota_quote",
)
_SIGNATURES = ("gmail_signature", "moz-signature", "protonmail_signature_block", "signature_block")
_REST_IS_QUOTE = ("divrplyfwdmsg", "appendonsend", "mail-editor-reference-message-container")
_DEEPEST = 100


@dataclass(slots=True)
class _Page:
    """What was read so far; `open` holds the elements that change how text is taken."""

    pieces: list[str] = field(default_factory=list)
    open: list[tuple[str, str]] = field(default_factory=list)
    unread: str = ""
    rest_is_quote: bool = False

    def take(self, text: str) -> None:
        if self.unread or any(kind == "hidden" for _, kind in self.open):
            return
        self.pieces.append(_SPACE.sub(" ", text))

    def break_line(self) -> None:
        quoted = self.rest_is_quote or any(kind == "quote" for _, kind in self.open)
        self.pieces.append("\n> " if quoted else "\n")


def text_of(markup: str) -> str:
    """The text that a reader sees; what is quoted begins with "> " as in plain mail."""
    page = _Page()
    comment = False
    for number, chunk in enumerate(markup.split("<")):
        if comment or chunk.startswith("!--"):
            _, end, after = chunk.partition("-->")
            comment = not end
            page.take(after if end else "")
            continue
        if number == 0:
            page.take(chunk)
            continue
        name = _NAME.match(chunk)
        tag, end, after = chunk.partition(">")
        if name is None and not chunk.startswith(("!", "?", "/")):
            page.take("<" + chunk)  # a bare sign in the text
            continue
        _tag(page, name[1].lower() if name else "", tag)
        page.take(after if end else "")
    return _tidy(html.unescape("".join(page.pieces)))


def _tag(page: _Page, name: str, tag: str) -> None:
    closing = tag.startswith("/")
    if page.unread:
        page.unread = "" if closing and name == page.unread else page.unread
        return
    if name in _UNREAD and not tag.endswith("/"):
        page.unread = "" if closing else name
        return
    if name in _NESTED:
        _nest(page, name, tag, closing=closing)
    if name in _BLOCKS:
        page.break_line()
    if name == "li" and not closing:
        page.pieces.append("- ")
    if name in ("td", "th") and closing:
        page.pieces.append(" ")


def _nest(page: _Page, name: str, tag: str, *, closing: bool) -> None:
    if not closing:
        if len(page.open) < _DEEPEST and not tag.endswith("/"):
            page.open.append((name, _kind(page, name, tag)))
        return
    for place in range(len(page.open) - 1, -1, -1):
        if page.open[place][0] == name:
            quoted = any(kind == "quote" for _, kind in page.open[place:])
            del page.open[place:]
            if quoted:
                page.break_line()
            return


def _kind(page: _Page, name: str, tag: str) -> str:
    if name == "blockquote":
        return "quote"
    found = _MARKS.findall(tag[:2000])
    marks = " ".join(found).casefold()
    if any(mark in marks for mark in _REST_IS_QUOTE):
        page.rest_is_quote = True
    if any(mark in marks for mark in _QUOTES):
        return "quote"
    if any(mark in marks for mark in _SIGNATURES) or _HIDDEN.search(tag[:2000]):
        return "hidden"
    return ""


def _tidy(text: str) -> str:
    lines = (line.strip() for line in text.replace("\N{NO-BREAK SPACE}", " ").split("\n"))
    kept = ("" if line == ">" else line for line in lines)
    return _BLANKS.sub("\n\n", "\n".join(kept)).strip()
