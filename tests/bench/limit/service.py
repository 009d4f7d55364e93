"""One service of the limit: records in, bytes out, a bulk of documents, a commit; a stage a thread.

`python -m tests.bench.limit.service triage`
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import bson
from bson.raw_bson import RawBSONDocument
from confluent_kafka import Consumer, Message, Producer
from pymongo import InsertOne, MongoClient, UpdateOne

from shared.pipeline import ROWS, Stage
from shared.settings import Settings
from tests.bench.gate import pass_gate
from tests.bench.limit.script import NUMBER, SCRIPT, Part, Script

FETCH_S = 0.01
FLUSH_S = 60.0
stopping = threading.Event()


class Mover:
    """One stage without rules."""

    def __init__(self, stage: Stage, part: Part, settings: Settings, client: Any) -> None:
        self.stage = stage
        self.part = part
        self.batch = settings.batch
        database = client[settings.database]
        self.documents, self.history = database[stage.collection], database["notify_history"]
        self.halves = {
            kind: {half: RawBSONDocument(raw) for half, raw in halves.items()}
            for kind, halves in part.documents.items()
        }
        servers = {"bootstrap.servers": settings.kafka}
        self.producer = Producer({**servers, "acks": "all", "enable.idempotence": True})
        group = {"group.id": stage.group("normal"), "auto.offset.reset": "earliest"}
        self.consumer = Consumer({**servers, **group, "enable.auto.commit": False})
        self.consumer.subscribe(list(stage.sources("normal")))

    def run(self) -> None:
        """Until the process is told to stop."""
        while not stopping.is_set():
            if messages := self.consumer.consume(self.batch, FETCH_S):
                self.move(messages)
        self.consumer.close()

    def move(self, messages: list[Message]) -> None:
        """One batch: documents, rows, records, commit."""
        told = [(_number(message), message) for message in messages]
        applied = [(number, m) for number, m in told if number in self.part.applied]
        if applied:
            self.documents.bulk_write(self._writes(applied), ordered=False)
        rows = [
            self._row(number, m.key().decode()) for number, m in told if number in self.part.rows
        ]
        for number, message in applied:
            key = message.key()
            for sent in self.part.sends[number]:
                headers = [(NUMBER, sent.number)]
                self.producer.produce(
                    sent.topic, sent.value, key, message.partition(), headers=headers
                )
                if sent.number in self.part.rows:
                    rows.append(self._row(sent.number, key.decode()))
        if rows:
            self.history.insert_many(rows, ordered=False)
        self.producer.flush(FLUSH_S)
        self.consumer.commit(asynchronous=False)

    def _writes(self, applied: list[tuple[bytes, Message]]) -> list[Any]:
        new = {m.key() for number, m in applied if number in self.part.first}
        writes: list[Any] = []
        for key, number in {m.key(): number for number, m in applied}.items():
            id_, halves = key.decode(), self.halves[number.partition(b".")[0]]
            if key in new:
                writes.append(InsertOne({"_id": id_, "reference": id_, **halves}))
            else:
                writes.append(UpdateOne({"_id": id_}, {"$set": halves}))
        return writes

    def _row(self, number: bytes, complaint: str) -> RawBSONDocument:
        name, kept = self.part.rows[number]
        now = datetime.now(UTC)
        head = bson.encode({"_id": f"{complaint}|{name}", "time": now, "seen_at": now})
        size = len(head) + len(kept) - 5
        return RawBSONDocument(size.to_bytes(4, "little") + head[4:-1] + kept[4:])


def _number(message: Message) -> bytes:
    value: bytes = message.headers()[0][1]
    return value


def main(name: str) -> None:
    """Move until SIGTERM."""
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    settings = Settings()
    script = Script.load(Path(os.environ[SCRIPT]))
    client: Any = MongoClient(settings.mongo.get_secret_value(), w="majority", journal=True)
    stages = [row for row in ROWS if row.service == name]
    movers = [Mover(stage, script.parts[stage.name], settings, client) for stage in stages]
    pass_gate(name)
    threads = [threading.Thread(target=mover.run) for mover in movers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main(sys.argv[1])
