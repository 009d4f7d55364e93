"""A personal value: sealed wherever it rests, readable only while its key is at hand."""

from __future__ import annotations

import base64
import hashlib
import hmac
from binascii import a2b_base64
from typing import TYPE_CHECKING, Any, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic_core import PydanticCustomError, core_schema

from shared.errors import KeyMissingError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue

ERASED = "erased"
SHUT = "shut"
SEALED = "(sealed)"
"""Serialisation context in which personal values are written as text, for a person's eyes."""
NONCE_BYTES = 12


class DataKey:
    """The key of one complaint: `kid` names it; `secret` is 32 bytes, None once destroyed.

    A cipher is made at each use: it takes a microsecond, and keeping it takes 2 KB a key.
    """

    __slots__ = ("kid", "nonce_key", "secret")

    def __init__(self, kid: str, secret: bytes | None) -> None:
        self.kid = kid
        self.secret = secret
        self.nonce_key = hmac.digest(secret, b"redress nonce", hashlib.sha256) if secret else b""

    def seal(self, text: str, place: str) -> tuple[bytes, bytes]:
        """Encrypt: (nonce, ciphertext); the same text at the same place gives the same bytes."""
        return self.encrypt(text.encode(), place)

    def encrypt(self, plain: bytes, place: str) -> tuple[bytes, bytes]:
        """As `seal`, for bytes; nothing at all where the key was destroyed."""
        if self.secret is None:
            return b"", b""
        nonce = hmac.digest(self.nonce_key, b"|".join((place.encode(), plain)), hashlib.sha256)[
            :NONCE_BYTES
        ]
        return nonce, AESGCM(self.secret).encrypt(nonce, plain, self.kid.encode())

    def open(self, nonce: bytes, sealed: bytes) -> str:
        """Decrypt; `erased` where the key was destroyed. Raises ValueError on a wrong tag."""
        plain = self.decrypt(nonce, sealed)
        return ERASED if plain is None else plain.decode()

    def decrypt(self, nonce: bytes, sealed: bytes) -> bytes | None:
        """As `open`, for bytes; None where the key was destroyed."""
        if self.secret is None:
            return None
        try:
            return AESGCM(self.secret).decrypt(nonce, sealed, self.kid.encode())
        except InvalidTag as error:
            raise ValueError("what was sealed does not fit its key") from error


class Personal:
    """Text about a person (name, contact, free text, document number).

    Rules make one from text and read `.text`; encoding seals it with the complaint's key
    (AES-256-GCM, additional data = key id), so events and documents hold only
    `{"kid", "nonce", "ct"}` in base64. Copying it into a state or another event keeps the
    sealed bytes, so folding a log needs no key.
    """

    __slots__ = ("_key", "_text", "sealed")

    def __init__(
        self, text: str | None = None, sealed: tuple[str, bytes, bytes] | None = None
    ) -> None:
        self._text = text
        self._key: DataKey | None = None
        self.sealed = sealed

    @property
    def text(self) -> str:
        """The plain text, or `erased`. Raises KeyMissingError while the key has not been given."""
        if self._text is None:
            if self._key is None or self.sealed is None:
                raise KeyMissingError("this personal value has not been unlocked")
            self._text = self._key.open(*self.sealed[1:])
        return self._text

    @property
    def kid(self) -> str | None:
        """The name of the key that sealed it; None while it is only text."""
        return self.sealed[0] if self.sealed else None

    def unlock(self, key: DataKey) -> None:
        """Give it its key; nothing is decrypted before somebody reads."""
        self._key = key

    def seal(self, key: DataKey, place: str) -> None:
        """Encrypt once; a value that is sealed already stays as it is."""
        if self.sealed is None:
            self.sealed = (key.kid, *key.seal(self.text, place))
            self._key = key

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Personal):
            return NotImplemented
        if self.sealed and other.sealed:
            return self.sealed == other.sealed
        return self._text is not None and self._text == other._text

    def __hash__(self) -> int:
        return hash(self.sealed or self._text)

    def __repr__(self) -> str:
        return "Personal(…)"

    def as_json(self) -> dict[str, str]:
        """The sealed form. Raises ValueError while it is only text."""
        if self.sealed is None:
            raise ValueError("a personal value leaves the process only sealed")
        kid, nonce, ct = self.sealed
        return {
            "kid": kid,
            "nonce": base64.b64encode(nonce).decode(),
            "ct": base64.b64encode(ct).decode(),
        }

    def _dump(self, info: core_schema.SerializationInfo) -> dict[str, str] | str:
        return SEALED if info.context == SHUT else self.as_json()

    @classmethod
    def _parse(cls, value: Any, info: core_schema.ValidationInfo) -> Self:
        if isinstance(value, cls):
            personal = value
        elif isinstance(value, dict):
            personal = cls(sealed=_parts(value))
        else:
            raise PydanticCustomError("personal", "a sealed value is an object of kid, nonce, ct")
        if isinstance(info.context, list):
            info.context.append(personal)
        return personal

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.with_info_plain_validator_function(
            cls._parse,
            serialization=core_schema.plain_serializer_function_ser_schema(
                cls._dump, info_arg=True
            ),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        part = {"type": "string", "contentEncoding": "base64"}
        return {
            "title": "Sealed",
            "type": "object",
            "properties": {"kid": {"type": "string"}, "nonce": part, "ct": part},
            "required": ["kid", "nonce", "ct"],
            "description": "AES-256-GCM; unreadable once the complaint's key is destroyed.",
        }


def _parts(value: Mapping[str, Any]) -> tuple[str, bytes, bytes]:
    try:
        nonce = a2b_base64(value["nonce"], strict_mode=True)
        return str(value["kid"]), nonce, a2b_base64(value["ct"], strict_mode=True)
    except (KeyError, TypeError, ValueError) as error:
        raise PydanticCustomError("personal", "a sealed value is kid, nonce and ct") from error
