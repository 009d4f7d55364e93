"""What a customer's words must look like to be kept, and the spelling they are kept in. Pure."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from pydantic_core import PydanticCustomError

from shared.events.personal import Personal
from shared.rules.networks import network_named

MARKS_IN_A_ROW = 30  # the longest run a real text needs (Unicode UAX 15, Stream-Safe Text Format)
EARLIEST = datetime(2009, 1, 3, tzinfo=UTC)  # the first block of the first chain
CLOCKS_DIFFER_BY = timedelta(minutes=5)
# Reserved names (test, local, invalid) are well formed, and what tests and closed networks use;
# whether mail arrives is found out by sending it. Clearing the list is the library's own switch.
SPECIAL_USE_DOMAIN_NAMES.clear()
_RFC3339 = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)
_CODE = re.compile(r"[a-z][a-z0-9_-]{0,49}")


def prose(text: str) -> str:
    """Free text, composed (NFC). Raises PydanticCustomError where nothing is in it."""
    _refuse_mark_flood(text)
    if not any(unicodedata.category(sign)[0] in "LNPS" for sign in text):
        raise PydanticCustomError("blank", "holds nothing to read")
    return unicodedata.normalize("NFC", text)


def line(text: str) -> str:
    """Free text on one line."""
    return " ".join(prose(text).split())


def word(text: str) -> str:
    """An identifier as it was copied: no control or format characters, no space around it."""
    if any(unicodedata.category(sign)[0] == "C" for sign in text):
        raise PydanticCustomError("control_character", "holds a control character")
    return prose(text).strip()


def network_facts(said: str | None) -> dict[str, str | Personal | None]:
    """The fields of ComplaintFacts for a network: its name in the clear, any other text sealed."""
    name = network_named(said)
    return {"network": name, "network_said": Personal(said) if said and not name else None}


def _refuse_mark_flood(text: str) -> None:
    """Refuse towers of combining marks, before normalising, which is quadratic in their height."""
    run = 0
    for sign in "" if text.isascii() else text:
        run = run + 1 if unicodedata.category(sign)[0] == "M" else 0
        if run > MARKS_IN_A_ROW:
            raise PydanticCustomError("too_many_marks", "holds too many combining marks")


def mailbox(text: str) -> str:
    """An e-mail address in its normal spelling (RFC 5321 sizes, internationalised names too)."""
    try:
        found = validate_email(text, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as error:
        raise PydanticCustomError("email", "is no e-mail address") from error
    return found.normalized


def instant(text: object, now: datetime) -> datetime:
    """An RFC 3339 date and time, in UTC; not before there were coins, nor in the future."""
    if not isinstance(text, str) or not _RFC3339.fullmatch(text):
        raise PydanticCustomError("datetime", "is no date and time with an offset")
    try:
        value = datetime.fromisoformat(text.upper())
    except ValueError as error:
        raise PydanticCustomError("datetime", "is no date and time") from error
    if not EARLIEST <= value <= now + CLOCKS_DIFFER_BY:
        raise PydanticCustomError("datetime_range", "lies in the future or too far back")
    return value.astimezone(UTC)


def is_code(text: str) -> bool:
    """Whether a text is a code of a list rather than somebody's words."""
    return _CODE.fullmatch(text) is not None
