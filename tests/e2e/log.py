"""The log as histories: the events by stage and complaint, and the inputs."""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from shared.pipeline import LANES, ROWS
from tests.e2e.evidence import Record

EVENTS = {row.topic("events", lane): row.name for row in ROWS for lane in LANES}
INPUTS = {row.topic("inputs", lane): row.name for row in ROWS for lane in LANES}
DEAD = {row.topic("dead-letters"): row.name for row in ROWS}
MOST_OF_ONE_CAUSE = 100


@dataclass(frozen=True)
class Entry:
    """A record whose value is a CloudEvent; `stage` is the one whose topic holds it."""

    record: Record
    stage: str
    body: dict[str, Any]

    @property
    def complaint(self) -> str:
        return str(self.body["subject"])

    @property
    def sequence(self) -> int:
        return int(self.body["sequence"])

    @property
    def index(self) -> int | None:
        """Which of its cause's events it is, found from its id; None: the id fits none."""
        name = f"{self.stage}|{self.sequence}|{self.body['causationid']}|"
        for index in range(MOST_OF_ONE_CAUSE):
            if self.body["id"] == str(uuid.uuid5(uuid.UUID(self.complaint), f"{name}{index}")):
                return index
        return None


class Log:
    """The log as histories: the events by stage and complaint, copies left out, and the inputs."""

    def __init__(self, records: Collection[Record]) -> None:
        self.histories: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        self.inputs: list[Entry] = []
        self.by_id: dict[str, Entry] = {}
        for record in records:
            if (body := cloud_event(record.value)) is None:
                continue
            if stage := EVENTS.get(record.topic):
                self._take(Entry(record, stage, body))
            elif stage := INPUTS.get(record.topic):
                self._take_input(Entry(record, stage, body))

    def _take(self, entry: Entry) -> None:
        if entry.body["id"] not in self.by_id:
            self.by_id[entry.body["id"]] = entry
            self.histories[entry.stage, entry.complaint].append(entry)

    def _take_input(self, entry: Entry) -> None:
        if "sequence" not in entry.body:  # else an event that was passed on to the express lane
            self.inputs.append(entry)

    def ordered(self) -> Iterator[tuple[str, list[Entry]]]:
        """Each history by sequence, with a name for sentences."""
        for (stage, complaint), entries in sorted(self.histories.items()):
            yield f"{stage} {complaint}", sorted(entries, key=lambda e: e.sequence)


def cloud_event(value: bytes | None) -> dict[str, Any] | None:
    """What a record says; None where it is no CloudEvent."""
    try:
        body = json.loads(value or b"")
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) and {"id", "type", "subject"} <= body.keys() else None
