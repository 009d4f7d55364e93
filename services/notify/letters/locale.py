"""Numbers, instants and counted things as a language writes them, by Unicode CLDR (Babel). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import cache

from babel import Locale
from babel.dates import format_date, get_datetime_format
from babel.numbers import format_decimal, get_decimal_symbol

_LOCALES = {"en": "en_GB"}  # day, month, year, as the rest of the house's English
_PLACES = 40  # more digits than any chain has; a longer number is shown as it was told


@cache
def locale_of(language: str) -> Locale:
    """The locale that letters of a language are written in."""
    return Locale.parse(_LOCALES.get(language, language))


def instant(value: object, language: str, *, seconds: bool = False) -> str:
    """An instant with its zone: `22 November 2026, 09:00 UTC`. Text that is none stays itself."""
    try:
        at = datetime.fromisoformat(str(value)).astimezone(UTC)
    except (ValueError, OverflowError):
        return str(value)
    locale = locale_of(language)
    clock = at.strftime("%H:%M:%S UTC" if seconds else "%H:%M UTC")
    pattern = str(get_datetime_format("medium", locale=locale))
    return pattern.replace("{1}", format_date(at, "long", locale=locale)).replace("{0}", clock)


def number(value: object, language: str) -> str:
    """A decimal number to its last digit, nothing rounded away. Text that is none stays itself."""
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if not exact.is_finite() or abs(exact.adjusted()) > _PLACES:
        return str(value)
    whole, _, places = f"{exact:f}".lstrip("-").partition(".")
    locale = locale_of(language)
    shown = format_decimal(int(whole), locale=locale)
    fraction = f"{get_decimal_symbol(locale)}{places}" if places else ""
    return f"{'-' if exact < 0 else ''}{shown}{fraction}"


def counted(count: object, forms: Mapping[str, str], language: str) -> str:
    """So many of a thing, in the form that the language uses for that number."""
    form = locale_of(language).plural_form(int(str(count)))
    return forms.get(form, forms["other"]).format(n=number(count, language))
