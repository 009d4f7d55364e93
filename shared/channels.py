"""The accounts that messages come in by and answers go out by, and their secrets: from one file.

The file is JSON, `{"<account>": {"kind": …, "secrets": [{"secret": …, "until": …}], …}}`. It stands
outside the repository, where REDRESS_CHANNELS says.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    TypeAdapter,
    ValidationError,
)

from shared.errors import UsageError
from shared.rules.targets import why_not

TELEGRAM = "telegram"
PRIVATE = ("messenger", "in_app")
PUBLIC = ("social", "forum")
EXCHANGE = "exchange"
SIGNED = (*PRIVATE, *PUBLIC)
KEY_BYTES = 16
BOT_API = "https://api.telegram.org"
Kind = Literal["messenger", "in_app", "social", "forum", "telegram", "exchange"]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_\-]{0,39}$")]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Secret(_Model):
    """A secret that is accepted until its end; without one, until it is taken out of the file."""

    secret: SecretStr = Field(min_length=16)
    until: AwareDatetime | None = None


class Account(_Model):
    """One account; `kind` is the channel that its complaints carry.

    `secrets` prove who sends to us: of Standard Webhooks (`whsec_…`), or the secret token of a
    Telegram webhook. Answers go to `answer_url`, signed with the first secret; to a Telegram chat
    through the Bot API at `api_url` with the bot's `token`. `bot` is the bot's user name.
    """

    kind: Kind
    secrets: tuple[Secret, ...] = Field(min_length=1)
    answer_url: str | None = None
    token: SecretStr | None = None
    bot: str = ""
    api_url: str = BOT_API

    def valid(self, now: datetime) -> tuple[str, ...]:
        """The secrets that count at an instant."""
        found = (s for s in self.secrets if s.until is None or now < s.until)
        return tuple(s.secret.get_secret_value() for s in found)


Accounts = Mapping[str, Account]
_ACCOUNTS = TypeAdapter(dict[Name, Account])


def load(path: str, *, loopback: bool) -> Accounts:
    """The accounts of a file, none without one. Raises UsageError, which says nothing secret.

    `loopback`: answers may go to this machine, without TLS.
    """
    if not path:
        return {}
    try:
        found = _ACCOUNTS.validate_json(Path(path).read_bytes())
    except (OSError, ValidationError) as error:
        raise UsageError("REDRESS_CHANNELS names no file of accounts in the right form") from error
    for name, account in found.items():
        if account.kind != TELEGRAM and not all(map(_signs, account.secrets)):
            raise UsageError(f"the account {name} has a secret that is no whsec_…")
        for url in (account.answer_url, account.api_url):
            if url and (problem := why_not(url, loopback=loopback)):
                raise UsageError(f"the account {name} answers to a forbidden address: {problem}")
    return found


def _signs(secret: Secret) -> bool:
    """Whether it is a secret of Standard Webhooks; the library would take half a one too."""
    start, sign, key = secret.secret.get_secret_value().partition("whsec_")
    try:
        return bool(sign and not start and len(base64.b64decode(key, validate=True)) >= KEY_BYTES)
    except ValueError:
        return False


class Place(NamedTuple):
    """Where an answer goes: which account of ours, and the conversation's id there."""

    account: str
    thread: str


def thread_of(place: Place) -> str:
    """As it is kept with a complaint."""
    return f"{place.account}/{place.thread}"


def place_of(thread: str) -> Place | None:
    """The place that a complaint's thread names; None where it is none of a channel's."""
    account, sign, found = thread.partition("/")
    return Place(account, found) if account and sign and found else None
