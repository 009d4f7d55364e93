"""A chat as a complaint: what the customer wrote, and where the bot looked. Pure."""

from __future__ import annotations

import json
from dataclasses import asdict

from services.intake.chat.sessions import Chat, Line
from services.intake.chat.words import WORDS
from services.intake.desk import Incoming
from shared.rules.first_screen import funds_in_danger

CHANNEL = "chat"
SUBJECT = 120


def incoming(chat: Chat) -> Incoming:
    """The message that opens the chat's complaint: the same however often it is made.

    The bot's own words, and an article named for theft, stay in the raw transcript: in the text
    they would be classified, and alarm, as if the customer had written them.
    """
    words = WORDS[chat.language]
    own = [line for line in chat.lines if line.sender == "you"]
    first = "\n".join(own[0].text) if own else ""
    return Incoming(
        channel=CHANNEL,
        account=CHANNEL,
        external_id=chat.id,
        raw=_raw(chat),
        subject=" ".join(first.split())[:SUBJECT],
        text="\n".join(_said(line, words) for line in chat.lines),
        received_at=chat.touched_at,
        thread=chat.id,
        language=chat.language,
    )


def further(chat: Chat, form: str, said: Line) -> Incoming:
    """A line that comes when the complaint is there already."""
    text = "\n".join(said.text)
    return Incoming(
        channel=CHANNEL,
        account=CHANNEL,
        external_id=f"{chat.id}:{form}",
        raw=text.encode(),
        subject="",
        text=text,
        received_at=chat.touched_at,
        thread=chat.id,
        language=chat.language,
        follows=chat.complaint,
    )


def _said(line: Line, words: dict[str, dict[str, str]]) -> str:
    if line.sender == "you":
        return f"{words['you']}: " + "\n".join(line.text)
    if line.cited:
        places = (cited.address for cited in line.cited if not funds_in_danger(cited.address))
        return f"[{words['bot']}: {words['gist']['answer']} {', '.join(places) or '…'}]"
    return f"[{words['bot']}: {words['gist']['hand_over' if line.hand_over else 'failure']}]"


def _raw(chat: Chat) -> bytes:
    return json.dumps([asdict(line) for line in chat.lines], ensure_ascii=False).encode()
