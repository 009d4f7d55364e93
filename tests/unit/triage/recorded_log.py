"""A log that triage's own runner wrote, as `redress audit export` takes it home."""

import hashlib
import uuid
from collections import defaultdict

from services.triage.decide import DECIDER
from shared.audit.leaves import Record
from shared.envelope import make, read, write
from shared.events.personal import DataKey
from shared.events.triage import TriageLaneRaised
from shared.headers import headers, headers_of
from shared.pipeline import STAGES
from shared.policy import load
from shared.runner.fold import Fold
from shared.runner.folded import ROOM, Incoming, Tools
from shared.runner.ports import Document, Trigger
from shared.sealed import seal
from shared.testing.scenario import START
from tests.unit.audit.exports import export_of

TRIAGE = STAGES["triage"]


class RecordedLog:
    """`tell` is one record that triage takes at `now`; what comes of it is in the log too."""

    def __init__(self, policy="default"):
        self.policy = policy if not isinstance(policy, str) else load(policy)
        self.now = START
        self.keys = {}
        self.documents = {}
        self.topics = defaultdict(list)
        self._sequences = defaultdict(int)

    def tell(self, complaint, data, stage="verification", lane="normal", **more):
        source = STAGES[stage] if stage else None
        if source:
            self._sequences[complaint, stage] += 1
            more["sequence"] = self._sequences[complaint, stage]
        envelope = make(
            data,
            id=str(uuid.uuid4()),
            stage=stage or "triage",
            complaint=complaint,
            time=more.pop("time", self.now),
            lane=lane,
            **more,
        )
        key = self.keys.setdefault(complaint, DataKey(complaint, hashlib.sha256(b"k").digest()))
        seal(data, key, envelope.id)
        value = write(envelope)
        topic = source.topic("events", lane) if source else TRIAGE.topic("inputs", lane)
        self._put(topic, complaint, value, headers(envelope))
        return self._taken(complaint, value, topic)

    def due(self, complaint, key):
        return self.documents[complaint].state.due[key]

    def export(self, folder):
        """Write the folder; everything lies in partition 0."""
        export_of(folder, [one for topic in sorted(self.topics) for one in self.topics[topic]])
        return folder

    def _taken(self, complaint, value, topic):
        document = self.documents.get(complaint) or Document(complaint, DECIDER.state())
        tools = Tools(
            TRIAGE,
            DECIDER,
            TriageLaneRaised,
            self.policy,
            "normal",
            self.now,
            lambda _: True,
            ROOM,
            "pile",
        )
        found = []
        envelope = read(value, found)
        for personal in found:
            personal.unlock(self.keys[complaint])
        fold = Fold(document, self.keys[complaint], tools)
        fold.take(Incoming(envelope, value, Trigger("g", topic, 0, len(self.topics[topic]))))
        result = fold.finish()
        assert not result.raised, result.raised
        self.documents[complaint] = result.document
        result.document.outputs = []
        for output in result.fresh:
            self._put(output.topic, complaint, output.value, headers_of(output.value))
        return [output.envelope.data for output in result.fresh]

    def _put(self, topic, complaint, value, pairs):
        there = self.topics[topic]
        there.append(
            Record(topic, 0, len(there), 1, complaint.encode(), value, tuple(map(tuple, pairs)))
        )
