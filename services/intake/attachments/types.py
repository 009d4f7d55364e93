"""What a file really is: found in its content, and held against a dated list. Pure."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from importlib.resources import files

import puremagic
import yaml
from pydantic import BaseModel, ConfigDict

from shared.http.uploads import FormLimits

PLAIN, SVG = "text/plain", "image/svg+xml"
# A signature of four bytes or more: what is shorter may stand in any text ("BMW", "MZ").
STRONG = 0.4
_MARKUP = re.compile(r"\s*+<[!?/A-Za-z]")
_SVG = re.compile(
    r"(?:\s++|<\?xml[^>]{0,200}\?>|<!--.{0,2000}?-->|<!DOCTYPE svg[^>\[]{0,300}>)*+"
    r"<(?:svg:)?svg[\s>]",
    re.DOTALL,
)
_HEAD = 8192
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b")


class Limits(BaseModel):
    """How much a complaint may bring, over all its messages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file_bytes: int
    all_bytes: int
    files: int

    @property
    def form(self) -> FormLimits:
        """What a form with files may bring."""
        return FormLimits(self.file_bytes, self.all_bytes, self.files)


class Type(BaseModel):
    """One type that may come; `names` are the extensions that it may carry."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    media_type: str
    kind: str
    names: tuple[str, ...]
    found: tuple[str, ...] = ()


class Allowed(BaseModel):
    """The list, and since when it holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dated: date
    limits: Limits
    types: tuple[Type, ...]

    def of(self, media_type: str) -> Type:
        """The type of that name."""
        return next(t for t in self.types if t.media_type == media_type)

    def kind(self, extension: str) -> str | None:
        """What an extension promises, None where it promises nothing."""
        return next((t.kind for t in self.types if extension in t.names), None)


@cache
def allowed() -> Allowed:
    """The list as it stands beside this file."""
    text = (files("services.intake.attachments") / "types.yaml").read_text("utf-8")
    return Allowed.model_validate(yaml.safe_load(text))


def type_of(content: bytes) -> Type | None:
    """The type of a file by its content alone; None where it may not come."""
    text = _text(content)
    if text is not None and _SVG.match(text):
        return allowed().of(SVG)
    found = _signatures(content, STRONG if text is not None else 0)
    for name in found:
        for known in allowed().types:
            if name in (known.found or (known.media_type,)):
                return known
    if found or text is None or _MARKUP.match(text):
        return None
    return allowed().of(PLAIN)


def _signatures(content: bytes, least: float) -> list[str]:
    """What the strongest signatures say; several may be equally strong."""
    try:
        matches = puremagic.magic_string(content)
    except (puremagic.PureError, ValueError):  # unknown, or empty
        return []
    best = matches[0].confidence
    return [m.mime_type for m in matches if m.confidence == best >= least]


def _text(content: bytes) -> str | None:
    """The beginning of a text; None where the bytes are none."""
    head = content[:_HEAD]
    if _CONTROLS.intersection(head):
        return None
    try:
        # A character that the cut has halved is no fault of the text.
        return head.decode("utf-8-sig", "ignore" if len(content) > _HEAD else "strict")
    except ValueError:
        return None
