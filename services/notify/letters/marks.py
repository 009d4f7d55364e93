"""A letter as its template writes it: read as plain text, or in blocks. Pure."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

HEADING = "\x1d"  # stands before a heading; no person's words may hold it
_NUMBERED = re.compile(r"\d+\. ")
Kind = Literal["heading", "list", "numbers", "text"]


class Block(NamedTuple):
    """Lines that belong together."""

    kind: Kind
    lines: tuple[str, ...]


def heading(text: str) -> str:
    """The words of a heading, marked as one."""
    return HEADING + text


def spoken(text: str) -> str:
    """A person's words, which never make a heading."""
    return text.replace(HEADING, "")


def plain(marked: str) -> str:
    """The letter as text; a heading stands in capitals where the script has them."""
    lines = (x[1:].upper() if x.startswith(HEADING) else x for x in marked.split("\n"))
    return "\n".join(lines)


def blocks(marked: str) -> list[Block]:
    """The letter in headings, lists, numbered lists and paragraphs; an empty line ends one."""
    found: list[Block] = []
    ended = True
    for line in marked.split("\n"):
        kind, words = _read(line)
        if words and not ended and found[-1].kind == kind != "heading":
            found[-1] = Block(kind, (*found[-1].lines, words))
        elif words:
            found.append(Block(kind, (words,)))
        ended = not words
    return found


def _read(line: str) -> tuple[Kind, str]:
    if line.startswith(HEADING):
        return "heading", line[1:].strip()
    if line.startswith("- "):
        return "list", line[2:].strip()
    if numbered := _NUMBERED.match(line):
        return "numbers", line[numbered.end() :].strip()
    return "text", line.strip()
