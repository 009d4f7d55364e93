"""The secrets of a local installation: made once, readable by their owner only."""

import base64
import secrets
from pathlib import Path

from shared.local.folders import write_private

FILE = "secrets.env"


def keys(folder: Path) -> dict[str, str]:
    """The secrets kept in `folder` as lines `NAME=value`, by the names of the settings.

    Those that are missing are made: a lost master key makes what it sealed unreadable, so none that
    is there is ever made anew.
    """
    there = known(folder)
    made = {name: value for name, value in _new().items() if name not in there}
    if made:
        lines = (f"{name}={value}\n" for name, value in (there | made).items())
        write_private(folder / FILE, "".join(lines))
    return there | made


def known(folder: Path) -> dict[str, str]:
    """The secrets that `folder` keeps already; none is made."""
    try:
        lines = (folder / FILE).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    return {name: value for name, _, value in (line.partition("=") for line in lines) if value}


def _new() -> dict[str, str]:
    return {
        "REDRESS_MASTER_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        "REDRESS_TOKEN_KEY": secrets.token_hex(32),
        "REDRESS_LEDGER_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        "REDRESS_EXCHANGE_TOKEN": secrets.token_urlsafe(32),
    }
