"""The log as reports read it: every complaint's events, and the offsets they came from."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import typer

from shared.audit.histories import verified
from shared.audit.manifest import BadExportError
from shared.audit.manifest import read as read_manifest
from shared.cli.exporting import exported
from shared.envelope import Envelope, read

Cases = dict[str, list[tuple[str, Envelope]]]


@contextmanager
def _source(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        yield folder
        return
    with TemporaryDirectory() as scratch:
        found = Path(scratch) / "export"
        exported(found)
        yield found


def read_cases(folder: Path | None) -> tuple[Cases, Mapping[str, str]]:
    """Events with the sha256 of their bytes by complaint, and offset ranges by partition.

    Without a folder the live log is exported first. An export that does not hold ends with exit 1.
    """
    with _source(folder) as source:
        try:
            return _cases(source), _places(source)
        except BadExportError as error:
            typer.echo(f"FAILED {error}")
            raise typer.Exit(1) from error


def _cases(folder: Path) -> Cases:
    found: Cases = {}
    with verified(folder, values=True) as log:
        for chain in log.chains():
            events = ((row.digest, read(row.value, [], row.type)) for row in chain)
            found.setdefault(chain[0].complaint, []).extend(events)
    return found


def _places(folder: Path) -> Mapping[str, str]:
    parts = (part for part in read_manifest(folder).partitions if part.records)
    return {
        f"{part.topic}/{part.partition}": f"{part.first}..{part.first + part.records - 1}"
        for part in sorted(parts, key=lambda part: (part.topic, part.partition))
    }
