"""Numbers in words as figures: `三千` `1万5千` `천만` `half a` `two thousand`."""

import re
from collections.abc import Iterable
from decimal import Decimal

from services.triage.rules.data import load

_DATA = load("numerals.yaml")
_DIGITS: dict[str, int] = _DATA["digits"]
_POWERS: dict[str, int] = _DATA["powers"]
_WORDS = {
    word: Decimal(str(value))
    for spoken in _DATA["words"].values()
    for word, value in spoken.items()
}
_HALVES = frozenset(_DATA["halves"])
_SHORTEST = 3  # of the words of a half: "a" and "of" tell nothing
_HINTS = frozenset(_WORDS) | {
    word for half in _HALVES for word in half.split() if len(word) >= _SHORTEST
}
_SPENT = frozenset(_DATA["spent"])
_UNITS: dict[str, int] = load("assets.yaml")["units"]
MYRIAD = 10_000
HUNDRED, THOUSAND = 100, 1_000


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_LETTER = r"A-Za-z\u00c0-\u024f\u1e00-\u1eff\u0400-\u04ff"
_FIGURES = r"\d{1,3}(?:,\d{3}){1,3}(?:\.\d{1,9})?|\d{1,12}(?:[.,]\d{1,9})?"
_SIGNS = "".join(_DIGITS)
_HAN = "".join(sign for sign in _DIGITS if sign < "\uac00")  # no Korean one: 이 is a particle too
_MEANT = f"(?=\\s{{0,2}}[{_DATA['followed_by']}])"  # a run without figures is money or nothing
_EASTERN = re.compile(
    rf"(?<![0-9A-Za-z.,{_DATA['vague']}{_SIGNS}{''.join(_POWERS)}])"
    rf"(?:(?:(?:{_FIGURES})\s?|[{_SIGNS}])?[{''.join(_POWERS)}]\s?){{1,9}}+"
    rf"(?:(?<!\s)(?:[零〇]?[{_HAN}]|\d{{1,4}}(?![\d.,])))?"
)
_POWER = re.compile(f"[{''.join(_POWERS)}]")
_TOKEN = re.compile(rf"(?P<figures>{_FIGURES})|(?P<sign>.)", re.DOTALL)
_HALF_SIGN = re.compile(_any_of(_DATA["half_signs"]))
_ONE = rf"(?:{_any_of(_WORDS)})"
_SPOKEN = re.compile(
    rf"(?<![{_LETTER}\d])(?<!\d )(?:(?P<half>(?:{_any_of(_HALVES)})(?:\s|-)(?:de |of )?)"
    rf"|(?P<words>{_ONE}(?:[ -]{{1,2}}(?:and )?{_ONE}){{0,5}})(?![{_LETTER}]))",
    re.IGNORECASE,
)
_THOUSANDS = frozenset(unit for unit, worth in _UNITS.items() if worth == THOUSAND)
_MILLIONS = frozenset(unit for unit, worth in _UNITS.items() if worth == THOUSAND**2)
_COMPOUND = re.compile(
    rf"(?<![\d.,])(\d{{1,3}}) ({_any_of(_MILLIONS)}) (\d{{1,3}})\s?(?:{_any_of(_THOUSANDS)})"
    rf"(?![{_LETTER}])",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    rf"(?<![{_SIGNS}{''.join(_POWERS)}第])(?:[二两兩三四五六七八九](?=[个個枚颗顆])|一(?=[枚颗顆]))"
)
_GLUED_HALF = re.compile(r"(?<![\u0400-\u04ff])пол-?(?=бит|эфир|лям)", re.IGNORECASE)
_MONEY_NEXT = re.compile(_MEANT)


def in_figures(text: str) -> str:
    """The text with its number words as figures; of eastern sums the sign `万` stays."""
    if not text.isascii():
        text = _eastern_in_figures(text)
    words = text.casefold().replace("-", " ").split()
    if not _MILLIONS.isdisjoint(words):
        text = _COMPOUND.sub(_compound, text)
    return text if _HINTS.isdisjoint(words) else _SPOKEN.sub(_spoken, text)


def _eastern_in_figures(text: str) -> str:
    if "пол" in text:
        return _GLUED_HALF.sub("0.5 ", text)
    text = _COUNTED.sub(lambda sign: str(_DIGITS[sign[0]]), _HALF_SIGN.sub("0.5", text))
    return _EASTERN.sub(_eastern, text) if _POWER.search(text) else text


def _compound(match: re.Match[str]) -> str:
    """`2 triệu 500 nghìn` as `2.5000 triệu`: three decimals would be thousands."""
    return f"{match[1]}.{int(match[3]):03}0 {match[2]}"


def _eastern(match: re.Match[str]) -> str:
    written = match[0].rstrip()
    figures = written[0].isdigit() or any(sign.isdecimal() and sign.isascii() for sign in written)
    before = match.string[match.start() - 1 : match.start()]
    if not figures and not _means_money(match, before):
        return match[0]
    value, space = _worth(written), match[0][len(written) :]
    if figures and value >= MYRIAD:
        return f"{value / MYRIAD:f}万{space}"
    return f"{value:f}{space}"


def _means_money(match: re.Match[str], before: str) -> bool:
    """A run without figures: `千万别` is no number, `五百块` and `转了五千` are."""
    if "\uac00" <= before <= "\ud7a3":
        return False
    return before in _SPENT or bool(_MONEY_NEXT.match(match.string, match.end()))


def _worth(written: str) -> Decimal:
    """`1億2千万` by its powers; `两万五` ends in a fifth digit that is worth a power less."""
    total, section, number, power = Decimal(0), Decimal(0), None, 1
    for token in _TOKEN.finditer(written.replace(" ", "")):
        if token["figures"]:
            number = Decimal(_plain(token["figures"]))
        elif (sign := token["sign"]) in _DIGITS:
            number = Decimal(_DIGITS[sign])
            power = 1 if not number else power
        else:
            total, section = _raised(total, section, number, _POWERS[sign])
            number, power = None, _POWERS[sign]
    if number is None:
        return total + section
    return total + section + (number * power / 10 if 0 < number < 10 else number)  # noqa: PLR2004


def _plain(figures: str) -> str:
    head, comma, tail = figures.rpartition(",")
    grouped = comma and len(tail.partition(".")[0]) == 3  # noqa: PLR2004 - thousands
    return figures.replace(",", "") if grouped else f"{head}.{tail}" if comma else figures


def _raised(
    total: Decimal, section: Decimal, number: Decimal | None, power: int
) -> tuple[Decimal, Decimal]:
    """What stands before a power of ten counts it; from 万 on, the whole section does."""
    if power < MYRIAD:
        return total, section + (Decimal(1) if number is None else number) * power
    return total + (section + (number or 0) or 1) * power, Decimal(0)


def _spoken(match: re.Match[str]) -> str:
    if match["half"]:
        return "0.5 "
    total = section = Decimal(0)
    for word in re.split(r"[ -]+", match["words"].casefold()):
        value = _WORDS.get(word, Decimal(0))
        if value == HUNDRED:
            section = max(section, Decimal(1)) * value
        elif value > HUNDRED and value % THOUSAND == 0:
            total, section = total + max(section, Decimal(1)) * value, Decimal(0)
        else:
            section += value
    return f"{total + section:f}"
