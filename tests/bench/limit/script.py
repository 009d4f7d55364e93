"""What each stage does with each record of a recorded complaint, as bytes."""

from __future__ import annotations

import pickle
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import bson
import orjson

from shared.pipeline import ROWS, STAGES
from tests.bench.answers import decider_of

NUMBER = "n"  # the header that says which record of which recorded complaint this is
NOTIFY = "notify"
SCRIPT_FILE = "script"
SCRIPT = "BENCH_SCRIPT"  # the environment variable that names the script's file


class Sent(NamedTuple):
    """A record to produce: its topic, the header's value, and the recorded bytes."""

    topic: str
    number: bytes
    value: bytes


@dataclass
class Part:
    """One stage's part: by a record's number, what it sends; which records change a document."""

    sends: dict[bytes, list[Sent]] = field(default_factory=dict)
    applied: set[bytes] = field(default_factory=set)
    first: set[bytes] = field(default_factory=set)
    documents: dict[bytes, Mapping[str, bytes]] = field(default_factory=dict)
    rows: dict[bytes, tuple[str, bytes]] = field(default_factory=dict)


@dataclass
class Script:
    """The parts of all stages; `begins` by kind is what the door wrote."""

    begins: list[Sent]
    parts: dict[str, Part]
    events: list[int]

    def save(self, path: Path) -> None:
        """Write it for the services."""
        path.write_bytes(pickle.dumps(self))

    @staticmethod
    def load(path: Path) -> Script:
        """Read what `save` wrote."""
        found: Script = pickle.loads(path.read_bytes())  # noqa: S301 - our own file of a moment ago
        return found


class Recorded(NamedTuple):
    """One record of a recorded complaint."""

    topic: str
    value: bytes
    body: dict[str, Any]


def written(
    records: Iterable[tuple[str, bytes]], documents: Mapping[str, Mapping[str, Any]]
) -> Script:
    """The script of recorded (topic, value) in order, and documents by stage and complaint."""
    complaints: dict[str, dict[str, Recorded]] = defaultdict(dict)
    for topic, value in records:
        body = orjson.loads(value)
        complaints[body["subject"]].setdefault(body["id"], Recorded(topic, value, body))
    script = Script([], {row.name: Part() for row in ROWS}, [])
    for kind, (complaint, by_id) in enumerate(sorted(complaints.items())):
        numbers = {id_: b"%d.%d" % (kind, index) for index, id_ in enumerate(by_id)}
        begin = next(id_ for id_, one in by_id.items() if not one.body.get("causationid"))
        script.begins.append(_sent(by_id[begin], numbers[begin]))
        script.events.append(sum("sequence" in one.body for one in by_id.values()))
        for stage, part in script.parts.items():
            _write(part, stage, by_id, numbers)
            document = documents[stage][complaint]
            part.documents[b"%d" % kind] = {
                half: bson.encode(document[half]) for half in ("state", "run")
            }
    return script


def _sent(one: Recorded, number: bytes) -> Sent:
    return Sent(one.topic, number, one.value)


def _write(
    part: Part, stage: str, by_id: Mapping[str, Recorded], numbers: Mapping[str, bytes]
) -> None:
    row = STAGES[stage]
    wanted = {model.event_type for model in decider_of(row).decide_table}
    caused: dict[str, list[str]] = defaultdict(list)
    for id_, one in by_id.items():
        if one.topic in (row.topic("events"), row.topic("inputs")):
            caused[one.body.get("causationid", "")].append(id_)
    read = [id_ for id_, one in by_id.items() if one.topic in row.sources("normal")]
    applied = [id_ for id_ in read if by_id[id_].body["type"] in wanted]
    part.applied |= {numbers[id_] for id_ in applied}
    part.first.add(numbers[applied[0]])
    for id_ in applied:
        events = caused[id_]
        answers = [answer for event in events for answer in caused[event]]
        part.sends[numbers[id_]] = [_sent(by_id[x], numbers[x]) for x in (*events, *answers)]
    if stage == NOTIFY:
        for id_, one in by_id.items():
            if "sequence" in one.body:
                part.rows[numbers[id_]] = _kept(one)


def _kept(one: Recorded) -> tuple[str, bytes]:
    """The rest of a row's `_id`, and the row without it."""
    body = one.body
    stage = body["source"].rpartition("/")[2]
    kept = {
        "complaint": body["subject"],
        "stage": stage,
        "sequence": body["sequence"],
        "type": body["type"],
        "lane": body["lane"],
        "actor": body["actor"],
        "id": body["id"],
        "causationid": body["causationid"],
        "value": one.value,
    }
    return f"{stage}|{body['sequence']}", bson.encode(kept)
