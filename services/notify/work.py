"""Notify's outside work: a letter goes by mail where that is set up."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING

from services.notify.channels import answers, email
from services.notify.channels.handled import RefusedError, handled
from services.notify.letters.render import for_mail, render, with_code
from services.notify.state import NotifyState
from shared.events.base import Result
from shared.events.notify import LetterRequested
from shared.http.tokens import status_token
from shared.mail import message_domain, ours, reply_to
from shared.runner.due import Claim, Work, each
from shared.settings import Settings

if TYPE_CHECKING:
    from shared.runner.app import Wiring

AT_ONCE = 8
EMAIL = "email"


def work(wiring: Wiring) -> dict[str, Work]:
    """Kind of work -> who does it."""
    return {"email": each(Post(wiring.settings).deliver, at_once=AT_ONCE), **answers.work(wiring)}


class Post:
    """The mail channel of this installation."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.domain = message_domain(settings)
        self.reply_to = next(iter(ours(settings).addresses), None)

    async def deliver(self, claim: Claim) -> Result:
        """Send one letter. Raises TransientError while the server is away."""
        state: NotifyState = claim.state
        letter = state.letters[str(claim.item.arguments["letter_id"])]
        if not self.settings.smtp_url:
            return handled(claim, "no_smtp")
        try:
            await email.send(self._mail(claim, letter), self.settings.smtp_url)
        except RefusedError as error:
            return handled(claim, error.problem)
        return handled(claim)

    def _mail(self, claim: Claim, letter: LetterRequested) -> EmailMessage:
        token = status_token(self.settings.token_key.get_secret_value(), claim.complaint)
        link = f"{self.settings.public_url.rstrip('/')}/status/{token}"
        return email.message(
            f"{letter.letter_id}@{self.domain}",
            for_mail(with_code(render(letter), letter), letter, link),
            sender=self.settings.mail_from,
            recipient=letter.contact.text if letter.contact else "",
            thread=self._thread(claim.complaint, letter),
            at=claim.now,
        )

    def _thread(self, complaint: str, letter: LetterRequested) -> email.Thread:
        by_mail = letter.thread if letter.asked_on == EMAIL else None
        return email.Thread(
            own=f"{complaint}@{self.domain}",
            asked=by_mail.text if by_mail else "",
            reply_to=reply_to(self.reply_to, letter.reference) if self.reply_to else "",
        )
