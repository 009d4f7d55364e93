"""Folders that are whole or not there, and that one process at a time writes."""

import contextlib
import fcntl
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Let one process at a time write into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def built(target: Path) -> Iterator[Path]:
    """A new folder that becomes `target` when all went well, so that no half of one is used."""
    with tempfile.TemporaryDirectory(prefix=".new-", dir=target.parent) as parent:
        folder = Path(parent) / "new"
        folder.mkdir()
        yield folder
        folder.rename(target)
