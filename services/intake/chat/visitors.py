"""Who is at the other end of a chat: a random id, signed, that only its own page sends."""

import base64
import hashlib
import hmac
import json

from services.intake.digests import keyed

ID_BYTES = 32
LINE_CHARACTERS = 32


def signed(key: str, own: bytes) -> str:
    """The id as it leaves the house; nobody else can make one."""
    return base64.urlsafe_b64encode(own + _mac(key, own)).decode()


def opened(key: str, token: str) -> bytes | None:
    """The id in a token of ours, None for a token of nobody's."""
    try:
        raw = base64.b64decode(token.encode(), altchars=b"-_", validate=True)
    except ValueError:
        return None
    own, mac = raw[:ID_BYTES], raw[ID_BYTES:]
    return own if hmac.compare_digest(mac, _mac(key, own)) else None


def _mac(key: str, own: bytes) -> bytes:
    return keyed(key, b"redress chat|" + own)


def line_of(key: str, once: str, text: str) -> str:
    """What a line is known by: sent twice it is one, another line of the same page is its own.

    A browser that goes back shows the page, and its `once`, of before.
    """
    words = b"redress line|" + json.dumps([once, text]).encode()
    return keyed(key, words).hex()[:LINE_CHARACTERS]


def name_of(own: bytes) -> str:
    """What the chat is kept under: whoever reads the database cannot join it."""
    return hashlib.sha256(own).hexdigest()
