"""What came with a message, kept byte for byte: raw messages and attachments, by their hash."""

from __future__ import annotations

import hashlib
import re
from functools import cached_property
from typing import Any

from gridfs.asynchronous.grid_file import AsyncGridFSBucket
from gridfs.errors import NoFile
from motor.motor_asyncio import AsyncIOMotorDatabase, AsyncIOMotorGridFSBucket

from services.intake.attachments.intake import Kind
from shared.errors import KeyMissingError
from shared.runner.away import away
from shared.runner.keys import Keyring

BUCKET = "intake_files"


class Files:
    """GridFS, each file encrypted with its complaint's key: destroying the key erases them.

    The same bytes of the same complaint are kept once.
    """

    def __init__(self, database: Any, keyring: Keyring) -> None:
        self.database = database
        self.keyring = keyring

    @cached_property
    def bucket(self) -> Any:
        """The bucket, made at its first use: Motor's binds the client to the loop it is made in."""
        motor = isinstance(self.database, AsyncIOMotorDatabase)
        make: Any = AsyncIOMotorGridFSBucket if motor else AsyncGridFSBucket
        return make(self.database, bucket_name=BUCKET)

    async def keep(self, complaint: str, content: bytes, kind: Kind) -> str:
        """Store bytes for good; returns their SHA-256. Raises TransientError, KeyMissingError."""
        digest = hashlib.sha256(content).hexdigest()
        key = await self.keyring.key(complaint)
        name = _name(complaint, kind, digest)
        with away():
            async for _ in self.bucket.find({"filename": name}, limit=1):
                return digest
            nonce, sealed = key.encrypt(content, f"{kind}|{digest}")
            await self.bucket.upload_from_stream(name, sealed, metadata={"nonce": nonce})
        return digest

    async def read(self, complaint: str, digest: str, kind: Kind) -> bytes | None:
        """The bytes; None where there are none, or none any more. Raises TransientError."""
        name = _name(complaint, kind, digest)
        with away():
            try:
                stream = await self.bucket.open_download_stream_by_name(name)
                sealed, nonce = await stream.read(), stream.metadata["nonce"]
            except NoFile:
                return None
        try:
            return (await self.keyring.key(complaint)).decrypt(nonce, sealed)
        except KeyMissingError:
            return None

    async def forget(self, complaint: str) -> None:
        """Destroy the key and the bytes of what never became a complaint. Raises TransientError."""
        await self.keyring.discard(complaint)
        with away():
            begins = {"$regex": f"^{re.escape(complaint)}/"}
            async for row in self.database[f"{BUCKET}.files"].find({"filename": begins}):
                await self.bucket.delete(row["_id"])


def _name(complaint: str, kind: Kind, digest: str) -> str:
    return f"{complaint}/{kind}/{digest}"
