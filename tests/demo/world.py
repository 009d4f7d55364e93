"""The exchange of the demo: its customers, their coins and the chain."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx

from shared.rules.bech32 import Witness, encode

TIP = 870_000
REQUIRED = 6
SATOSHI = Decimal(100_000_000)
AMOUNTS = {"delayed": "0.25", "confirming": "0.5", "missing": "0.4"}


@dataclass(frozen=True)
class Case:
    """One customer's complaint, as the file has it."""

    user: str
    language: str
    category: str
    subject: str
    text: str
    wants: str = ""
    order: str | None = None
    channel: str = "web_form"
    staff: dict[str, Any] | None = None
    again: dict[str, Any] | None = None
    shows: tuple[dict[str, Any], ...] = ()

    @property
    def email(self) -> str:
        """Where letters go."""
        return f"{self.user}@customers.example"

    @property
    def address(self) -> str:
        """The deposit address that the exchange gave this customer."""
        return encode(Witness("bc", 0, hashlib.sha256(self.user.encode()).digest()[:20]))

    @property
    def txid(self) -> str:
        """The transaction that paid it."""
        return hashlib.sha256(f"{self.user} pays".encode()).hexdigest()

    @property
    def amount(self) -> str | None:
        """How much was paid, in BTC."""
        return AMOUNTS.get(self.wants)

    def body(self, *, complete: bool = True) -> dict[str, Any]:
        """What the customer sends to the door."""
        body: dict[str, Any] = {
            "subject": self.subject,
            "description": self.text,
            "contact_email": self.email,
            "user_id": self.user,
        }
        if self.order:
            body["order_id"] = self.order
        if self.amount and complete:
            body |= self.payment()
        return body

    def payment(self) -> dict[str, str]:
        """The facts of the payment."""
        return {**self.proof(), "address": self.address, "network": "bitcoin"}

    def proof(self) -> dict[str, str]:
        """What a customer is asked for who forgot it."""
        return {"txid": self.txid, "amount": self.amount or "0", "asset": "BTC"}


class World:
    """Fills the sandbox exchange."""

    def __init__(self, url: str, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self.http = httpx.AsyncClient(base_url=url, headers=headers, timeout=20.0, trust_env=False)

    async def _send(self, method: str, path: str, body: dict[str, Any]) -> None:
        answer = await self.http.request(method, path, json=body)
        answer.raise_for_status()

    async def create(self, cases: list[Case]) -> None:
        """Accounts for all, and payments for those who paid."""
        now = datetime.now(UTC)
        await self._send("PUT", "/sandbox/tip", {"height": TIP})
        for case in cases:
            await self._send("PUT", f"/sandbox/accounts/{case.user}", _account(case))
            if case.amount:
                await self._send("PUT", f"/sandbox/transactions/{case.txid}", _payment(case))
            for shown in case.shows:
                body = {k: _filled(v, case, now) for k, v in shown.items() if k != "to"}
                await self._send("POST", f"/sandbox/{shown['to']}", body)

    async def mine(self, blocks: int) -> None:
        """Let the chain grow."""
        await self._send("POST", "/sandbox/mine", {"blocks": blocks})

    async def restrictions(self, user: str) -> list[str]:
        """What is frozen for a customer now."""
        answer = await self.http.get(f"/v1/accounts/{user}")
        found: list[str] = answer.json()["restrictions"]
        return found

    async def mails(self, email: str) -> list[str]:
        """The letters that the mail server holds for an address, oldest first."""
        answer = await self.http.get("/sandbox/mails", params={"to": email})
        return [mail["text"] for mail in answer.json()["mails"]]

    async def answers(self, account: str, thread: str) -> list[str]:
        """What was answered in a conversation of the app, the network or the bot."""
        where = {"account": account, "thread": thread}
        answer = await self.http.get("/sandbox/answers", params=where)
        return [one["text"] for one in answer.json()["answers"]]


def _filled(value: Any, case: Case, now: datetime) -> Any:
    if isinstance(value, dict):
        return {name: _filled(part, case, now) for name, part in value.items()}
    if isinstance(value, list):
        return [_filled(part, case, now) for part in value]
    if not isinstance(value, str):
        return value
    if value.startswith("@"):
        return (now + timedelta(seconds=float(value[1:]))).isoformat()
    return value.replace("{user}", case.user).replace("{order}", str(case.order))


def _account(case: Case) -> dict[str, Any]:
    since = (datetime.now(UTC) - timedelta(days=400)).isoformat()
    return {
        "user_id": case.user,
        "name": f"Customer {case.user}",
        "email": case.email,
        "kyc": {"level": 2, "state": "verified"},
        "balances": {"BTC": "1.5", "USDT": "2000"},
        "deposit_addresses": {"bitcoin": case.address},
        "contacts": [{"email": case.email, "since": since}],
        "anti_phishing_code": f"harbour {case.user[-3:]}",
        "created_at": since,
    }


def _payment(case: Case) -> dict[str, Any]:
    confirmations = 2 if case.wants == "confirming" else 144
    value = int(Decimal(case.amount or 0) * SATOSHI)
    return {
        "vout": [{"address": case.address, "value": value}],
        "height": TIP - confirmations + 1,
    }
