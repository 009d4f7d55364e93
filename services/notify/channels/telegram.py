"""Letters to a Telegram chat: Bot API 9, `sendMessage`."""

from __future__ import annotations

from typing import Any

import httpx

from services.notify.channels.handled import RefusedError
from shared.channels import Account
from shared.errors import TransientError

SEND_LIMIT_S = 8.0
LONGEST = 4096  # UTF-16 code units ("sendMessage", text)
# The chat is gone or the customer has blocked the bot: no later try would help.
FINAL = (httpx.codes.BAD_REQUEST, httpx.codes.FORBIDDEN)
WAIT_S = 30.0


class BusyError(TransientError):
    """Telegram asks us to wait; `seconds` as it said."""

    def __init__(self, seconds: float) -> None:
        super().__init__("Telegram asks us to wait")
        self.seconds = seconds


async def send(http: httpx.AsyncClient, account: Account, chat: str, text: str) -> None:
    """Send a message. Raises RefusedError where it is final, BusyError, TransientError."""
    if account.token is None:
        raise RefusedError("no_token")
    body = {"chat_id": chat, "text": text, "link_preview_options": {"is_disabled": True}}
    url = f"{account.api_url}/bot{account.token.get_secret_value()}/sendMessage"
    try:
        answer = await http.post(url, json=body, timeout=SEND_LIMIT_S)
    except httpx.HTTPError:
        # Without the cause: its words may hold the address, which holds the token.
        raise TransientError("Telegram is away") from None
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        raise BusyError(_wait(answer))
    if answer.status_code in FINAL:
        raise RefusedError(f"telegram_{answer.status_code}")
    if answer.status_code != httpx.codes.OK:
        raise TransientError(f"Telegram says {answer.status_code}")


def fitted(text: str, link: str) -> str:
    """The text within Telegram's limit; one that is too long ends with the way to all of it."""
    if _units(text) <= LONGEST:
        return text
    end = f"…\n\n{link}"
    kept = text.encode("utf-16-le")[: 2 * (LONGEST - _units(end))]
    return kept.decode("utf-16-le", "ignore") + end  # half a character at the cut is left out


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _wait(answer: httpx.Response) -> float:
    try:
        body: Any = answer.json()
        return float(body["parameters"]["retry_after"])
    except (ValueError, KeyError, TypeError):
        return WAIT_S
