"""What a form with files brings, and how much it may bring."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import IO, Any


@dataclass(frozen=True)
class FormLimits:
    """How much a form may bring; sizes in bytes."""

    file_bytes: int
    all_bytes: int
    files: int


@dataclass
class Upload:
    """A file of a form, until the form is closed; `name` is the sender's, `input` the field."""

    input: str
    name: str
    store: IO[bytes]
    size: int = 0
    hash: Any = field(default_factory=hashlib.sha256)

    @property
    def content(self) -> bytes:
        """All of it, read anew each time."""
        self.store.seek(0)
        return self.store.read()

    @property
    def sha256(self) -> str:
        """The hash of the bytes as they came."""
        return str(self.hash.hexdigest())

    def add(self, chunk: bytes) -> None:
        """Take more of it."""
        self.store.write(chunk)
        self.hash.update(chunk)
        self.size += len(chunk)


@dataclass
class Posted:
    """What a form brought: text by field, and files. A file input left empty brings nothing."""

    fields: dict[str, str] = field(default_factory=dict)
    files: list[Upload] = field(default_factory=list)
