"""One case for a third party: its records, proofs, what was hashed, and a page to read it by."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined

from shared.audit import signed
from shared.audit.histories import PLACES
from shared.audit.leaves import Record, encode
from shared.audit.manifest import read as read_manifest
from shared.audit.proofs import Prover
from shared.audit.records import scan
from shared.errors import UsageError

PAGE, SUMMARY, EVENTS = "timeline.html", "case.json", "events"
SEALED = frozenset({"kid", "nonce", "ct"})
LETTER = "redress.letter-"


@dataclass(frozen=True)
class Told:
    """One record of the case; `body` is its CloudEvent."""

    leaf: int
    record: Record
    body: dict[str, Any]

    @property
    def name(self) -> str:
        """What its files are called."""
        return f"{self.leaf:012}"

    @property
    def digest(self) -> str:
        """The sha256 of its bytes."""
        return hashlib.sha256(self.record.value or b"").hexdigest()

    @property
    def data(self) -> list[tuple[str, str]]:
        """Its fields in words a page can hold; personal ones stay sealed."""
        return [(name, _text(value)) for name, value in self.body.get("data", {}).items()]

    def hashes(self) -> Iterator[str]:
        """Every sha256 that stands in it, as evidence and letters name theirs."""
        yield from _hashes(self.body.get("data", {}))


def bundle(folder: Path, meant: Callable[[str], bool], out: Path) -> tuple[int, int]:
    """Write the folder of one case; returns how many records it holds and how many are proved.

    The folder appears only when it is complete. Raises UsageError, BadExportError.
    """
    if out.exists():
        raise UsageError("the folder exists already; give a new one")
    found = list(_of(folder, meant))
    if not found:
        raise UsageError("the export knows no such complaint")
    part = out.with_name(out.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        (part / EVENTS).mkdir(parents=True)
        proved = _prove(folder, found, part)
        _describe(found, proved, part)
        part.rename(out)
    except OSError as error:
        raise UsageError("the folder cannot be written") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return len(found), proved


def _of(folder: Path, meant: Callable[[str], bool]) -> Iterator[Told]:
    for leaf, (_, record) in enumerate(scan(folder, read_manifest(folder))):
        kind = PLACES[record.topic][1]
        if kind != "dead-letters" and meant((record.key or b"").decode("latin-1")):
            try:
                body = orjson.loads(record.value or b"")
            except ValueError:
                continue  # its dead letter is what is known of it
            if isinstance(body, dict) and isinstance(body.get("data"), dict):
                yield Told(leaf, record, body)


def _prove(folder: Path, found: list[Told], part: Path) -> int:
    if not any((folder / signed.FOLDER).glob("*")):
        prover = None
    else:
        prover = Prover(folder)
        shutil.copytree(folder / signed.KEYS, part / signed.KEYS)
    proved = 0
    for told in found:
        (part / EVENTS / f"{told.name}.record").write_bytes(encode(told.record))
        if prover and told.leaf < prover.size:
            text = str(prover.proof(told.leaf))
            (part / EVENTS / f"{told.name}.tlog-proof").write_text(text, "utf-8")
            proved += 1
    return proved


def _describe(found: list[Told], proved: int, part: Path) -> None:
    ordered = sorted(found, key=lambda told: (str(told.body.get("time")), told.leaf))
    hashed: dict[str, list[str]] = {"evidence": [], "letters": []}
    for told in ordered:
        kind = "letters" if str(told.body.get("type")).startswith(LETTER) else "evidence"
        hashed[kind] += [one for one in told.hashes() if one not in hashed[kind]]
    complaint = str(found[0].body.get("subject"))
    rows = [
        {"place": told.record.place, "leaf": told.leaf, "sha256": told.digest} for told in ordered
    ]
    summary = {"complaint": complaint, "proved": proved, **hashed, "records": rows}
    (part / SUMMARY).write_bytes(orjson.dumps(summary, option=orjson.OPT_INDENT_2))
    pages = Environment(
        loader=PackageLoader("shared.audit"), autoescape=True, undefined=StrictUndefined
    )
    page = pages.get_template("timeline.html").render(
        complaint=complaint, told=ordered, proved=proved, **hashed
    )
    (part / PAGE).write_text(page, "utf-8")


def _hashes(value: Any) -> Iterator[str]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for name, inner in pairs:
        if isinstance(inner, (dict, list)):
            yield from _hashes(inner)
        elif name == "sha256" and isinstance(inner, str):
            yield inner


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return orjson.dumps(_opened(value), option=orjson.OPT_INDENT_2).decode()


def _opened(value: Any) -> Any:
    if isinstance(value, dict):
        if value.keys() == SEALED:
            return "(sealed)"
        return {name: _opened(inner) for name, inner in value.items()}
    return [_opened(inner) for inner in value] if isinstance(value, list) else value
