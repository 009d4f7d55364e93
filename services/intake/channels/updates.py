"""A Telegram update (Bot API 9, "Update"), read: who says what to the bot, and where. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

# A message has one of them; an animation comes as a document too.
MEDIA = ("animation", "photo", "document", "video", "audio", "voice", "video_note", "sticker")
OTHER_CONTENT = ("location", "venue", "contact", "poll", "dice", "story")
COMMANDS = ("/start", "/help")
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
Kind = Literal["said", "greeted", "mentioned", "overheard", "unhandled"]


class Attached(NamedTuple):
    """A file that Telegram holds; `size` in bytes, 0 where it does not say."""

    kind: str
    file_id: str
    name: str
    size: int


class Update(NamedTuple):
    """What an update is to us.

    `said` to the bot in private; `greeted` likewise, with nothing but a command; `mentioned` in a
    group; `overheard` there, or from another bot; `unhandled` is everything else.
    """

    kind: Kind
    id: int
    chat: int = 0
    message: int = 0
    text: str = ""
    language: str | None = None
    files: tuple[Attached, ...] = ()


class _Model(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)


class _User(_Model):
    id: int
    is_bot: bool = False
    username: str = ""
    language_code: str | None = None


class _Chat(_Model):
    id: int
    type: str


class _Entity(_Model):
    type: str
    offset: int = Field(ge=0)
    length: int = Field(ge=0)
    user: _User | None = None


class _Answered(_Model):
    sender: _User | None = Field(None, alias="from")


class _Message(_Model):
    message_id: int
    chat: _Chat
    sender: _User | None = Field(None, alias="from")
    text: str = ""
    caption: str = ""
    entities: tuple[_Entity, ...] = ()
    caption_entities: tuple[_Entity, ...] = ()
    reply_to_message: _Answered | None = None

    @property
    def words(self) -> str:
        return self.text or self.caption


class _Update(_Model):
    update_id: int
    message: _Message | None = None
    edited_message: _Message | None = None
    channel_post: dict[str, Any] | None = None
    edited_channel_post: dict[str, Any] | None = None


def read(update: Mapping[str, Any], bot: str) -> Update | None:
    """Read an update; `bot` is the bot's own user name. None where it has no number even."""
    try:
        found = _Update.model_validate(update)
    except ValidationError:
        number = update.get("update_id")
        return Update("unhandled", number) if isinstance(number, int) else None
    message = found.message or found.edited_message
    if message is None:
        posted = found.channel_post or found.edited_channel_post
        return Update("overheard" if posted else "unhandled", found.update_id)
    raw = update["message" if found.message else "edited_message"]
    return _heard(found.update_id, message, raw, bot)


def _heard(number: int, message: _Message, raw: Mapping[str, Any], bot: str) -> Update:
    files = tuple(_files(raw))
    sender = message.sender
    return Update(
        _kind(message, bot),
        number,
        message.chat.id,
        message.message_id,
        _text(message, raw, files),
        _language(sender),
        files,
    )


def _language(sender: _User | None) -> str | None:
    """The sender's IETF tag; what is none says nothing, and costs no words."""
    code = sender.language_code if sender else None
    return code if code and _TAG.fullmatch(code) else None


def _kind(message: _Message, bot: str) -> Kind:
    if message.sender is None or message.sender.is_bot:
        return "overheard"
    if message.chat.type == "private":
        return "greeted" if message.words.strip() in COMMANDS else "said"
    return "mentioned" if _mentions(message, bot) else "overheard"


def _mentions(message: _Message, bot: str) -> bool:
    """Whether the bot is spoken to: by name, by a command with its name, by an answer to it."""
    name = bot.lower()
    answered = message.reply_to_message and message.reply_to_message.sender
    if answered and answered.username.lower() == name:
        return True
    units = message.words.encode("utf-16-le")  # offsets count UTF-16 code units ("MessageEntity")
    for entity in (*message.entities, *message.caption_entities):
        if entity.user and entity.user.username.lower() == name:
            return True
        part = units[2 * entity.offset : 2 * (entity.offset + entity.length)]
        text = part.decode("utf-16-le", "replace").lower()
        if entity.type in ("mention", "bot_command") and text.rpartition("@")[2] == name:
            return True
    return False


def _files(raw: Mapping[str, Any]) -> list[Attached]:
    found = []
    for kind in MEDIA:
        media = raw.get(kind)
        if isinstance(media, list):  # of one photo in several sizes, the largest last
            media = media[-1] if media else None
        if isinstance(media, dict) and isinstance(media.get("file_id"), str):
            found.append(_attached(kind, media))
    return found[:1]


def _attached(kind: str, media: Mapping[str, Any]) -> Attached:
    name, size = media.get("file_name"), media.get("file_size")
    return Attached(
        kind,
        media["file_id"],
        name if isinstance(name, str) else kind,
        size if isinstance(size, int) else 0,
    )


def _text(message: _Message, raw: Mapping[str, Any], files: tuple[Attached, ...]) -> str:
    """The words, and a note of each thing that is no words."""
    notes = [f"[{f.kind}: {f.name}, {f.size} bytes, file id {f.file_id}]" for f in files]
    notes += [f"[{kind}]" for kind in OTHER_CONTENT if kind in raw]
    return "\n".join(part for part in (message.words, *notes) if part)
