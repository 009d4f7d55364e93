"""Signed notes and checkpoints, C2SP signed-note and tlog-checkpoint, and tlog-proof. Pure.

A note's text ends with a newline; after an empty line come its signatures, one a line:
`— <name> <base64 of key id and signature>`.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
KEY, ID, SIGNATURE, HASH = 32, 4, 64, 32
DASH = "\u2014 "
PROOF = "c2sp.org/tlog-proof@v1"


class BadNoteError(Exception):
    """A note, checkpoint, proof or key that cannot be read or does not hold."""


@dataclass(frozen=True)
class Verifier:
    """The public part of a signer: its name and the 32 bytes of its key."""

    name: str
    key: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that name the key, C2SP signed-note."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.key).digest()[:ID]

    def __str__(self) -> str:
        """The verifier key as one line, `<name>+<hex id>+<base64>`."""
        return f"{self.name}+{self.id.hex()}+{_encoded(ED25519 + self.key)}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a verifier key. Raises BadNoteError."""
        name, *rest = text.strip().split("+", 2)
        if len(rest) != len(("id", "key")) or not _is_name(name):
            raise BadNoteError("this is no verifier key")
        raw = _decoded(rest[1])
        found = cls(name, raw[1:])
        if raw[:1] != ED25519 or len(raw) != KEY + 1 or found.id.hex() != rest[0]:
            raise BadNoteError("this is no verifier key of Ed25519")
        return found


@dataclass(frozen=True)
class Checkpoint:
    """What a log was at a size; `origin` names the log, `root` is 32 bytes."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{_encoded(self.root)}\n"

    def signed(self, key: Ed25519PrivateKey) -> str:
        """The checkpoint as a signed note; the signer bears the name of the log."""
        signer = Verifier(self.origin, key.public_key().public_bytes_raw())
        signature = _encoded(signer.id + key.sign(self.text.encode()))
        return f"{self.text}\n{DASH}{signer.name} {signature}\n"

    @classmethod
    def read(cls, note: str, verifier: Verifier) -> Self:
        """Read a checkpoint that this key signed. Raises BadNoteError where it did not."""
        found = cls._parsed(opened(note, verifier))
        if found.origin != verifier.name:
            raise BadNoteError("the checkpoint is of another log")
        return found

    @classmethod
    def unchecked(cls, note: str) -> Self:
        """Read a checkpoint without looking at its signatures. Raises BadNoteError."""
        return cls._parsed(_split(note)[0])

    @classmethod
    def _parsed(cls, text: str) -> Self:
        origin, size, root, *rest = [*text.split("\n"), "", "", ""]
        if not origin or any(rest) or not _is_number(size):
            raise BadNoteError("this is no checkpoint")
        found = cls(origin, int(size), _decoded(root))
        if len(found.root) != HASH or found.text != text:
            raise BadNoteError("this is no checkpoint")
        return found


@dataclass(frozen=True)
class Proof:
    """That the leaf at `index` is in the tree of `checkpoint`, a signed note."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str

    def __str__(self) -> str:
        """The text of C2SP tlog-proof."""
        hashes = "".join(f"{_encoded(step)}\n" for step in self.path)
        return f"{PROOF}\nindex {self.index}\n{hashes}\n{self.checkpoint}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a proof; an `extra` line is passed over. Raises BadNoteError."""
        head, _, checkpoint = text.partition("\n\n")
        first, *lines = head.split("\n")
        if lines and lines[0].startswith("extra "):
            lines = lines[1:]
        if first != PROOF or not lines or not checkpoint:
            raise BadNoteError("this is no proof")
        number = lines[0].removeprefix("index ")
        path = tuple(_decoded(line) for line in lines[1:])
        if not lines[0].startswith("index ") or not _is_number(number):
            raise BadNoteError("this is no proof")
        if any(len(step) != HASH for step in path):
            raise BadNoteError("this is no proof")
        return cls(int(number), path, checkpoint)


def opened(note: str, verifier: Verifier) -> str:
    """The text of a note that this key signed. Raises BadNoteError where it did not."""
    text, lines = _split(note)
    for line in lines:
        name, _, value = line.removeprefix(DASH).rpartition(" ")
        raw = _decoded(value)
        if (name, raw[:ID]) == (verifier.name, verifier.id):
            _verify(verifier, raw[ID:], text)
            return text
    raise BadNoteError("this key did not sign it")


def _verify(verifier: Verifier, signature: bytes, text: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(verifier.key).verify(signature, text.encode())
    except (InvalidSignature, ValueError) as error:
        raise BadNoteError("its signature does not hold") from error


def _split(note: str) -> tuple[str, list[str]]:
    text, separator, rest = note.rpartition("\n\n")
    lines = rest.split("\n")
    if not separator or lines[-1] or len(lines) == 1:
        raise BadNoteError("this is no signed note")
    if not all(line.startswith(DASH) for line in lines[:-1]):
        raise BadNoteError("this is no signed note")
    return text + "\n", lines[:-1]


def _is_name(name: str) -> bool:
    return bool(name) and not any(c.isspace() or c == "+" for c in name)


def _is_number(text: str) -> bool:
    digits = text.isascii() and text.isdigit() and len(text) <= len(str(2**64))
    return digits and str(int(text)) == text


def _encoded(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text.encode(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadNoteError("this is no base64") from error
