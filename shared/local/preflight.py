"""What must be there before local servers run; each lack is one sentence on what to do."""

import ctypes
import platform
import shutil
from pathlib import Path

from shared.errors import UsageError

ELSEWHERE = "set REDRESS_KAFKA and REDRESS_MONGO to servers of your own (Docker will do)"
PACKAGES = {
    "libcurl.so.4": "libcurl4 (Debian, Ubuntu), libcurl (Fedora) or curl (Arch)",
    "libssl.so.3": "libssl3 (Debian, Ubuntu), openssl-libs (Fedora) or openssl (Arch)",
    "liblzma.so.5": "liblzma5 (Debian, Ubuntu), xz-libs (Fedora) or xz (Arch)",
}
MEGABYTE = 1_000_000


def require_platform(system: str, machine: str, libc: str) -> None:
    """Raise UsageError where the packaged servers do not run: only Linux x86-64 with glibc."""
    if (system, machine, libc) != ("Linux", "x86_64", "glibc"):
        found = " ".join(filter(None, (system, machine, libc)))
        raise UsageError(
            f"local servers need Linux x86-64 with glibc, this is {found or 'unknown'}: {ELSEWHERE}"
        )


def require_this_platform() -> None:
    """`require_platform` for the machine that runs this."""
    require_platform(platform.system(), platform.machine(), platform.libc_ver()[0])


def require_library(name: str) -> None:
    """Raise UsageError when the shared library `name` that mongod loads is not installed."""
    try:
        ctypes.CDLL(name)
    except OSError as error:
        package = PACKAGES.get(name, name)
        raise UsageError(
            f"mongod needs {name}: install the package {package}, or {ELSEWHERE}"
        ) from error


def require_disk(folder: Path, megabytes: int, setting: str) -> None:
    """Raise UsageError when less than `megabytes` are free where `folder` is or will be."""
    there = next(place for place in (folder, *folder.parents) if place.exists())
    free = shutil.disk_usage(there).free // MEGABYTE
    if free < megabytes:
        raise UsageError(
            f"{folder} has {free} MB free and needs {megabytes}: free some space,"
            f" or set {setting} to a folder on another disk"
        )
