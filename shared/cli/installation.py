"""Which installation a command speaks to: the environment's, else the local one."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from pydantic import ValidationError

from shared.errors import TransientError, UsageError
from shared.http.tokens import issue
from shared.local.keys import known
from shared.local.places import state_dir
from shared.local.state import running
from shared.settings import Settings

TOKEN_LIFETIME = timedelta(hours=12)
FIELDS = ("public_url", "kafka", "mongo")
NOT_UP = "nothing is running; start it with: redress up   (or set {names})"


@dataclass(frozen=True)
class Installation:
    """Addresses of one installation."""

    public_url: str
    kafka: str
    mongo: str


def installation(*needed: str) -> Installation:
    """The addresses that `needed` names (public_url, kafka, mongo). Raises UsageError."""
    given = {name: os.environ.get(f"REDRESS_{name.upper()}", "") for name in FIELDS}
    if not all(given[name] for name in needed):
        state = running(state_dir())
        if state is None:
            names = " and ".join(f"REDRESS_{name.upper()}" for name in needed)
            raise UsageError(NOT_UP.format(names=names))
        local = {"public_url": state.pages, "kafka": state.kafka, "mongo": state.mongo}
        given = {name: value or local[name] for name, value in given.items()}
    return Installation(**given)


def settings() -> Settings:
    """The settings of the environment. Raises UsageError: the variables, and what each takes."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = [_told(str(fault["loc"][0]).lower(), fault) for fault in error.errors()]
        raise UsageError(f"not a value it takes: {', '.join(wrong)}") from None


def _told(name: str, fault: Mapping[str, Any]) -> str:
    """The variable and what it takes, never what it holds."""
    takes = str(fault["msg"]).removeprefix("Value error, ")
    if fault["type"] == "string_pattern_mismatch":
        takes = f"it takes: {Settings.model_fields[name].description}"
    return f"REDRESS_{name.upper()} ({takes})"


def secret(name: str) -> str:
    """A secret of the installation, by the name of its setting. Raises UsageError."""
    variable = f"REDRESS_{name.upper()}"
    value = os.environ.get(variable) or known(state_dir()).get(variable, "")
    if not value:
        raise UsageError(NOT_UP.format(names=variable))
    return value


def bearer(role: str, subject: str = "") -> str:
    """A token of that role for this installation."""
    key = secret("token_key")
    return issue(key, subject or f"local-{role}", role, datetime.now(UTC), TOKEN_LIFETIME)


def call(method: str, url: str, **options: object) -> httpx.Response:
    """One HTTP call. Raises TransientError where the service does not answer."""
    try:
        return httpx.request(method, url, timeout=10.0, trust_env=False, **options)  # type: ignore[arg-type] # httpx's own keywords
    except httpx.HTTPError as error:
        raise TransientError("the service does not answer; see: redress status") from error
