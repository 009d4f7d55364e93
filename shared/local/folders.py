"""Folders and files that are whole or not there, and that one process at a time writes."""

import contextlib
import fcntl
import os
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


def write_private(file: Path, text: str) -> None:
    """Write a file that is readable by its owner only."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    new.replace(file)
