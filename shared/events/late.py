"""A customer's message as one stage passes it on to another."""

from pydantic import AwareDatetime, Field

from shared.events.base import Attachment, Model
from shared.events.personal import Personal


class Word(Model):
    """What the customer wrote, when we got it, and by which way.

    `user_id` is the account that the complaint is about, as far as we know; `session` the account
    that the writer was signed in to.
    """

    text: Personal
    received_at: AwareDatetime
    supplied: dict[str, str] = Field(default_factory=dict)
    channel: str | None = None
    thread: Personal | None = None
    attachments: tuple[Attachment, ...] = ()
    masked: tuple[str, ...] = ()
    session: str | None = None
    user_id: str | None = None
