"""What an auditor waits for: verifying, replaying, proving; and what sealing costs the pipeline."""

from __future__ import annotations

import random
import resource
import statistics
import tempfile
import time
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from shared.audit.histories import verified
from shared.audit.proofs import Prover
from shared.audit.replay import states
from shared.events.personal import DataKey, Personal
from tests.bench import made_log
from tests.bench.ground import say
from tests.bench.section import Section

SIZES = (100_000, 1_000_000)
VERIFIED, REPLAYED = 30_000, 5_000  # events a second of one core
PROOF_MS, PROOF_BYTES = 10.0, 3 * 1024
PROOFS, SEALS = 200, 20_000
FLAT = 1.25
"""How much more memory ten times the log may need."""


class Work(NamedTuple):
    """What one command of an auditor took, in a process of its own."""

    name: str
    size: int
    cpu_s: float
    peak_mb: float

    @property
    def rate(self) -> float:
        """Events a second of one core."""
        return self.size / self.cpu_s


def _verify(folder: Path) -> None:
    with verified(folder):
        pass


def _replay(folder: Path) -> None:
    with verified(folder, values=True) as log:
        deque(states(log), maxlen=0)


def _alone(name: str, folder: Path, size: int) -> Work:
    began = time.process_time()
    {"verify": _verify, "replay": _replay}[name](folder)
    taken = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Work(name, size, taken, peak)


def _in_its_own(name: str, folder: Path, size: int) -> Work:
    """In a new process, so that its memory is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_alone, name, folder, size).result()


def measure() -> list[Section]:
    """Both sizes, and the proofs of the larger."""
    section = Section(
        "Audit",
        "Exports of recorded histories of every stage, told of ever new complaints and signed each "
        "1,000 leaves. `verify` is what `redress audit verify` checks, `replay` the same and the "
        "fold of every event, each in a process of its own; CPU time of one core.",
        ("what", "events", "events/s of a core", "aim", "peak MB"),
    )
    done: list[Work] = []
    with tempfile.TemporaryDirectory(prefix="redress-bench-") as place:
        for size in SIZES:
            folder = Path(place) / str(size)
            say("audit", f"an export of {size:,} events")
            made_log.export(folder, size)
            done += [_in_its_own(name, folder, size) for name in ("verify", "replay")]
        for work, aim in zip(done, (VERIFIED, REPLAYED) * len(SIZES), strict=True):
            row = (work.name, f"{work.size:,}", f"{work.rate:,.0f}", f"{aim:,}")
            section.rows.append((*row, f"{work.peak_mb:.0f}"))
            slow = f"{work.name} does {work.rate:,.0f} events/s, {aim:,} are promised"
            section.demand(held=work.rate >= aim, otherwise=slow)
        return [_flat(section, done), _proofs(Path(place) / str(SIZES[-1])), _sealing()]


def _flat(section: Section, done: list[Work]) -> Section:
    for small, large in zip(done[:2], done[2:], strict=True):
        told = f"{small.name} needs {large.peak_mb:.0f} MB for ten times the log"
        section.demand(held=large.peak_mb <= FLAT * small.peak_mb, otherwise=told)
    return section


def _proofs(folder: Path) -> Section:
    began = time.perf_counter()
    prover = Prover(folder)
    opened = 1000 * (time.perf_counter() - began)
    taken, longest = [], 0
    for index in random.Random(7).sample(range(prover.size), PROOFS):  # noqa: S311 - any leaves do
        began = time.perf_counter()
        longest = max(longest, len(str(prover.proof(index))))
        taken.append(1000 * (time.perf_counter() - began))
    section = Section(
        "Proofs",
        f"{PROOFS} leaves of {prover.size:,}, drawn by chance; the export is opened once.",
        ("what", "found", "aim"),
        [
            ("opening the export, ms", f"{opened:.1f}", ""),
            ("a proof, median ms", f"{statistics.median(taken):.2f}", f"{PROOF_MS:.0f}"),
            ("a proof, longest ms", f"{max(taken):.2f}", ""),
            ("a proof, most bytes", f"{longest:,}", f"{PROOF_BYTES:,}"),
        ],
    )
    slow = f"a proof takes {statistics.median(taken):.1f} ms, {PROOF_MS:.0f} are promised"
    section.demand(held=statistics.median(taken) <= PROOF_MS, otherwise=slow)
    section.demand(held=longest <= PROOF_BYTES, otherwise=f"a proof has {longest:,} bytes")
    return section


def _sealing() -> Section:
    """Sealing and opening one value, and how many a complaint has."""
    key, text = DataKey("kid", bytes(32)), "I sent 0.5 BTC this morning, and it has not come. " * 4
    began = time.process_time()
    for number in range(SEALS):
        one = Personal(text)
        one.seal(key, str(number))
    sealed_us = 1e6 * (time.process_time() - began) / SEALS
    values = [Personal(sealed=one.sealed) for _ in range(SEALS)]
    began = time.process_time()
    for value in values:
        value.unlock(key)
        _ = value.text
    opened_us = 1e6 * (time.process_time() - began) / SEALS
    count = sum(_sealed(event) for history in made_log.histories().values() for event in history)
    each_ms = count * (sealed_us + opened_us) / 1000
    return Section(
        "Sealing",
        "One personal value of 200 characters, AES-256-GCM under its complaint's key, and as many "
        "as the longest recorded histories of a complaint hold, each sealed once and opened once. "
        "What a complaint costs in all stands under throughput. CPU time.",
        ("what", "found"),
        [
            ("seal one, µs", f"{sealed_us:.1f}"),
            ("open one, µs", f"{opened_us:.1f}"),
            ("sealed values of a complaint", str(count)),
            ("all of them, ms a complaint", f"{each_ms:.2f}"),
        ],
    )


def _sealed(value: object) -> int:
    if not isinstance(value, dict | list):
        return 0
    if isinstance(value, dict) and value.keys() == {"kid", "nonce", "ct"}:
        return 1
    return sum(map(_sealed, value.values() if isinstance(value, dict) else value))
