"""Topics and users for Strimzi: each pod may read and write what its stages do, and no more."""

from __future__ import annotations

from typing import Any

from deploy.jobs import PREPARE
from deploy.surroundings import PARTITIONS, REPLICATION
from deploy.workloads import Unit, meta
from shared.pipeline import CHECKPOINTS, LANES, ROWS, Stage, topics
from shared.runner.partitions import configs_of

CLUSTER = {"strimzi.io/cluster": "redress", **PREPARE}
# Every process compares the partition counts of all topics, so it may ask for them.
NAMES = "complaints."
GROUPS = [row.group(lane) for row in ROWS for lane in LANES]
Acl = dict[str, Any]


def kafka_topic(name: str) -> dict[str, Any]:
    """A topic as `redress topics create` would make it."""
    return {
        "apiVersion": "kafka.strimzi.io/v1",
        "kind": "KafkaTopic",
        "metadata": meta(name, CLUSTER),
        "spec": {
            "partitions": 1 if name == CHECKPOINTS else PARTITIONS,
            "replicas": REPLICATION,
            "config": configs_of(name, REPLICATION),
        },
    }


def kafka_topics() -> list[dict[str, Any]]:
    """Every topic of the installation."""
    return [kafka_topic(name) for name in (*topics(), CHECKPOINTS)]


def kafka_user(name: str, acls: list[Acl]) -> dict[str, Any]:
    """Who signs in by SCRAM; Strimzi puts the password into a Secret of that name."""
    return {
        "apiVersion": "kafka.strimzi.io/v1",
        "kind": "KafkaUser",
        "metadata": meta(name, CLUSTER),
        "spec": {
            "authentication": {"type": "scram-sha-512"},
            "authorization": {"type": "simple", "acls": acls},
        },
    }


def kafka_users(units: list[Unit]) -> list[dict[str, Any]]:
    """A user for each Deployment, one for the autoscaler, one for the people of operations."""
    lags = [_acl("group", group, "Describe") for group in GROUPS]
    everything = [
        _names("Describe", "Read"),
        *(_acl("topic", name, "Write") for row in ROWS for name in _own(row)),
        *lags,
    ]
    return [
        *(kafka_user(unit.full_name, rights(unit)) for unit in units),
        kafka_user("redress-keda", [_names("Describe"), *lags]),
        kafka_user("redress-operator", everything),
    ]


def rights(unit: Unit) -> list[Acl]:
    """What one Deployment does: its stages' sources, groups and own topics."""
    if unit.writes_ledger:
        return [_names("Describe", "Read"), _acl("topic", CHECKPOINTS, "Write")]
    rows = [row for row in ROWS if row.name in unit.stages]
    read = sorted({name for row in rows for name in row.sources(unit.lane)})
    own = {row.group(unit.lane) for row in rows}
    return [
        _names("Describe"),
        *(_acl("group", row.group(unit.lane), "Read") for row in rows),
        *(_acl("group", name, "Describe") for name in _watched(unit) if name not in own),
        *(_acl("topic", name, "Read") for name in read),
        *(_acl("topic", name, "Read") for name in _shown(unit, rows)),
        *(_acl("topic", name, "Write") for row in rows for name in _own(row)),
    ]


def _shown(unit: Unit, rows: list[Stage]) -> list[str]:
    """The dead letters that its pages show."""
    return [row.topic("dead-letters") for row in rows] if unit.lane == "normal" else []


def _watched(unit: Unit) -> list[str]:
    """The groups whose lag its page of health shows; only the normal lane serves pages."""
    return GROUPS if unit.lane == "normal" and "notify" in unit.stages else []


def _own(row: Stage) -> list[str]:
    """The topics that only this stage writes."""
    kinds = ("events", "inputs")
    return [row.topic(kind, lane) for kind in kinds for lane in LANES] + [row.topic("dead-letters")]


def _acl(kind: str, name: str, *operations: str, pattern: str = "literal") -> Acl:
    resource = {"type": kind, "name": name, "patternType": pattern}
    return {"resource": resource, "operations": list(operations)}


def _names(*operations: str) -> Acl:
    return _acl("topic", NAMES, *operations, pattern="prefix")
