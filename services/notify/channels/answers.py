"""Letters where it was asked: to the chat or the endpoint that the complaint came by."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from services.notify.channels import telegram, webhook
from services.notify.channels.handled import RefusedError, handled
from services.notify.letters.render import for_mail, render
from shared.channels import PUBLIC, Account, Accounts, Place, load, place_of
from shared.errors import TransientError
from shared.events.base import Result
from shared.events.notify import LetterRequested
from shared.http.tokens import status_token
from shared.rules.public_answer import answer
from shared.runner.due import Claim, Work, each
from shared.runner.wiring import Wiring

AT_ONCE = 8
ANSWER, PUBLIC_ANSWER = "message.answered", "post.answered"
FORM = "/complain"


def work(wiring: Wiring) -> dict[str, Work]:
    """Kind of work -> who does it. Raises UsageError on a bad file of accounts."""
    settings = wiring.settings
    answers = Answers(
        load(settings.channels, loopback=settings.channels_loopback),
        wiring.http,
        settings.token_key.get_secret_value(),
        settings.public_url.rstrip("/"),
        loopback=settings.channels_loopback,
    )
    calls = {"telegram": answers.telegram, "webhook": answers.webhook}
    return {kind: each(call, at_once=AT_ONCE) for kind, call in calls.items()}


@dataclass
class Answers:
    """The channels of this installation; `key` signs status links on `public_url`."""

    accounts: Accounts
    http: httpx.AsyncClient
    key: str
    public_url: str
    loopback: bool = False
    _silent_until: dict[str, float] = field(default_factory=dict)

    async def telegram(self, claim: Claim) -> Result:
        """Write to the chat. Raises TransientError while Telegram is away or busy."""
        try:
            letter, place, account = self._asked(claim)
            link = self._link(claim)
            text = telegram.fitted(_text(letter, link), link)
            await self._written(account, place, text)
        except RefusedError as error:
            return handled(claim, error.problem)
        return handled(claim)

    async def webhook(self, claim: Claim) -> Result:
        """Call the endpoint of the account. Raises TransientError while it is away."""
        try:
            letter, place, account = self._asked(claim)
            public = account.kind in PUBLIC
            body = self._public(letter, place) if public else self._private(letter, place, claim)
            kind = PUBLIC_ANSWER if public else ANSWER
            whole = {"type": kind, "timestamp": claim.now.isoformat(), "data": body}
            await webhook.send(account, letter.letter_id, whole, claim.now, loopback=self.loopback)
        except RefusedError as error:
            return handled(claim, error.problem)
        return handled(claim)

    async def _written(self, account: Account, place: Place, text: str) -> None:
        """Write to a chat, but not while Telegram wants the whole bot to be silent."""
        if time.monotonic() < self._silent_until.get(place.account, 0.0):
            raise TransientError("Telegram asked us to wait")
        try:
            await telegram.send(self.http, account, place.thread, text)
        except telegram.BusyError as error:
            self._silent_until[place.account] = time.monotonic() + error.seconds
            raise

    def _asked(self, claim: Claim) -> tuple[LetterRequested, Place, Account]:
        letter: LetterRequested = claim.state.letters[str(claim.item.arguments["letter_id"])]
        place = place_of(letter.thread.text) if letter.thread else None
        account = self.accounts.get(place.account) if place else None
        # An account that now is another kind of channel could make a private answer public.
        if place is None or account is None or account.kind != letter.asked_on:
            raise RefusedError("no_account")
        return letter, place, account

    def _public(self, letter: LetterRequested, place: Place) -> Mapping[str, object]:
        """Nothing of the letter but its language."""
        text = answer("public", letter.language, self.public_url + FORM)
        return {"thread": place.thread, "language": letter.language, "text": text}

    def _private(self, letter: LetterRequested, place: Place, claim: Claim) -> Mapping[str, object]:
        link = self._link(claim)
        return {
            "thread": place.thread,
            "language": letter.language,
            "text": _text(letter, link),
            "kind": letter.kind,
            "reference": letter.reference,
            "status_url": link,
        }

    def _link(self, claim: Claim) -> str:
        return f"{self.public_url}/status/{status_token(self.key, claim.complaint)}"


def _text(letter: LetterRequested, link: str) -> str:
    text = for_mail(render(letter), letter, link)
    return f"{text.subject}\n\n{text.body}"
