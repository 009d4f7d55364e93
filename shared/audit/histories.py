"""An export checked while it is read; its events by complaint and stage."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import Any

from shared.audit import signed
from shared.audit.chains import Row, checked
from shared.audit.leaves import Record
from shared.audit.manifest import BadExportError
from shared.audit.manifest import read as read_manifest
from shared.audit.records import damaged_file, scan
from shared.audit.sorting import Runs
from shared.envelope import OWNER, Envelope, read
from shared.errors import PoisonError
from shared.pipeline import LANES, ROWS

PLACES = {
    row.topic(kind, lane): (row.name, kind)
    for row in ROWS
    for kind in ("events", "inputs", "dead-letters")
    for lane in LANES
}
STEP = 1000
Progress = Callable[[int], None]


class Log:
    """An export that held. `chains` leaves copies out and may be asked again."""

    def __init__(self, runs: Runs) -> None:
        self.events = self.states = self.complaints = self.inputs = self.dead_letters = 0
        self.size = self.checkpoints = self.signed = 0
        self._runs = runs

    def chains(self) -> Iterator[Sequence[Row]]:
        """The events of each complaint and stage in order, by complaint, then by stage.

        Raises BadExportError.
        """
        return map(checked, self.groups())

    def groups(self) -> Iterator[Iterator[tuple[Any, ...]]]:
        """The rows of each complaint and stage, unchecked."""
        return (rows for _, rows in groupby(self._runs.sorted(), key=itemgetter(0, 1)))


class _Reading:
    """Sorts the records into events, inputs and dead letters, and checks each for itself."""

    def __init__(self, log: Log, runs: Runs, *, values: bool) -> None:
        self.log, self.runs, self.values = log, runs, values
        self.unread: list[tuple[bytes, BadExportError]] = []
        self.buried: set[bytes] = set()

    def take(self, leaf: int, record: Record) -> None:
        stage, kind = PLACES[record.topic]
        if kind == "events":
            self._event(leaf, record)
        elif kind == "inputs":
            self._input(stage, record)
        else:
            self.log.dead_letters += 1
            self.buried.add(_name(stage, record))

    def ended(self) -> None:
        # What cannot be read may stand in the log where its dead letter does too.
        for name, error in self.unread:
            if name not in self.buried:
                raise error

    def _event(self, leaf: int, record: Record) -> None:
        row = row_of(leaf, record, values=self.values)
        self.runs.add(tuple(row), len(row.value))

    def _input(self, stage: str, record: Record) -> None:
        self.log.inputs += 1
        try:
            _check_input(stage, record)
        except BadExportError as error:
            self.unread.append((_name(stage, record), error))


def _check_input(stage: str, record: Record) -> None:
    envelope = _read(record)
    # An event of another stage is passed on here when its complaint changes the lane.
    if envelope.stage != stage and envelope.type not in OWNER:
        raise BadExportError(f"{record.place}: it does not belong into this topic")


@contextmanager
def verified(
    folder: Path,
    key: Path | None = None,
    progress: Progress = lambda _: None,
    *,
    values: bool = False,
) -> Iterator[Log]:
    """Read a whole export, and keep its events sorted on disk until the block ends.

    `key` is a file of trusted verifier keys; `values` keeps the bytes of the events. Raises
    UsageError where the folder is no export, BadExportError naming the first record that is
    damaged, forked, missing or illegal; a damage that no record shows is named by its file.
    """
    manifest = read_manifest(folder)
    trusted = signed.keys(folder, key)
    checkpoints = signed.checkpoints(folder, manifest.size, trusted)
    if key and not checkpoints:
        raise BadExportError("there is no checkpoint that this key could have signed")
    with Runs() as runs:
        log, tree = Log(runs), signed.Tree(manifest, checkpoints)
        log.size, log.checkpoints = manifest.size, len(checkpoints)
        log.signed = checkpoints[-1].size if checkpoints else 0
        reading = _Reading(log, runs, values=values)
        for leaf, (raw, record) in enumerate(scan(folder, manifest)):
            reading.take(leaf, record)
            tree.add(raw)
            if not leaf % STEP:
                progress(STEP)
        reading.ended()
        _count(log)
        if fault := damaged_file(folder, manifest, tree.tiles) or tree.ended():
            raise BadExportError(fault)
        yield log


def row_of(leaf: int, record: Record, *, values: bool = True) -> Row:
    """An event as a row of its chain. Raises BadExportError where it is none of its stage."""
    envelope = _read(record)
    if envelope.stage != PLACES[record.topic][0] or envelope.type not in OWNER:
        raise BadExportError(f"{record.place}: it does not belong into this topic")
    value = record.value or b""
    return Row(
        envelope.subject,
        envelope.stage,
        envelope.sequence or 0,
        leaf,
        record.topic,
        record.partition,
        record.offset,
        hashlib.sha256(value).hexdigest(),
        envelope.prevhash,
        envelope.id,
        envelope.causationid,
        envelope.type,
        value if values else b"",
    )


def _count(log: Log) -> None:
    """Look at every chain; of those that do not hold the one that breaks first is told."""
    before, bad = "", list[BadExportError]()
    for rows in log.groups():
        try:
            chain = checked(rows)
        except BadExportError as error:
            bad = [min(*bad, error, key=attrgetter("leaf"))] if bad else [error]
            continue
        log.events += len(chain)
        log.states += 1
        log.complaints += chain[0].complaint != before
        before = chain[0].complaint
    if bad:
        raise bad[0]


def _read(record: Record) -> Envelope:
    hint = next((value for name, value in record.headers if name == "ce_type"), None)
    try:
        envelope = read(record.value or b"", [], hint.decode("latin-1") if hint else None)
    except PoisonError as error:
        raise BadExportError(f"{record.place}: {error.slug}") from error
    if record.key != envelope.subject.encode():
        raise BadExportError(f"{record.place}: its key is not its complaint")
    return envelope


def _name(stage: str, record: Record) -> bytes:
    return hashlib.sha256(repr((stage, record.key, record.value)).encode()).digest()
