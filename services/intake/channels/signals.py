"""What the exchange signals, in the words that a case is opened with. Pure."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import yaml

from services.intake.channels.forms import Signal
from shared.http.errors import ProblemError
from shared.pages.languages import primary_of

_DATA: dict[str, Any] = yaml.safe_load(
    files("services.intake.channels").joinpath("data/signals.yaml").read_text("utf-8")
)
OF_TYPE = {"login.flagged": "login", "withdrawal.flagged": "withdrawal"}
FALLBACK = "en"


def words(seen: str, signal: Signal) -> tuple[str, str]:
    """Subject and text; `seen` is `login` or `withdrawal`.

    Raises ProblemError 422 for a code that is not listed: nobody would know what it means.
    """
    if signal.code not in _DATA["codes"][seen]:
        raise ProblemError(422, "unknown_signal")
    language = primary_of(signal.language or FALLBACK)
    subject, text = _DATA["words"].get(language, _DATA["words"][FALLBACK])[seen]
    instant = signal.at.isoformat().replace("+00:00", "Z") if signal.at else ""
    return subject, f"{text}\n\n{seen} {signal.code} {instant}".rstrip()
