"""The languages that customers read, and which of them a visitor wishes for."""

from types import MappingProxyType

FALLBACK = "en"
LANGUAGES = MappingProxyType(
    {
        "en": "English",
        "zh": "中文",
        "ko": "한국어",
        "ja": "日本語",
        "ru": "Русский",
        "es": "Español",
        "fr": "Français",
        "vi": "Tiếng Việt",
    }
)


def language_of(choice: str | None, header: str | None) -> str:
    """The visitor's own choice, else the best of the header Accept-Language (RFC 9110, 12.5.4)."""
    wishes = [choice or "", *_wishes(header or "")]
    spoken = (primary_of(wish.strip()) for wish in wishes)
    return next((wish for wish in spoken if wish in LANGUAGES), FALLBACK)


def primary_of(tag: str) -> str:
    """The language of a tag without script and region: `zh` of `zh-Hant` (RFC 5646, 2.2.1)."""
    return tag.lower().replace("_", "-").partition("-")[0]


def _wishes(header: str) -> list[str]:
    """The language ranges of a header, the most wished for first; 0 means not at all."""
    ranked = []
    for place, part in enumerate(header[:500].split(",")):
        name, _, quality = part.partition(";")
        weight = _weight(quality)
        if weight > 0:
            ranked.append((-weight, place, name))
    return [name for *_, name in sorted(ranked)]


def _weight(quality: str) -> float:
    text = quality.strip().removeprefix("q=") or "1"
    return float(text) if text.replace(".", "", 1).isdecimal() else 0.0
