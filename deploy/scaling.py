"""More pods where records wait (KEDA), or where the CPU is busy (an autoscaler): one of them."""

from __future__ import annotations

from typing import Any

from deploy.surroundings import KAFKA, PARTITIONS
from deploy.workloads import Unit, meta
from shared.pipeline import ROWS, Stage

LEAST = 2
# Six partitions for each pod at least; docs/deploying.md says who needs how many.
MOST = 8
# A batch is 1,000 records: with less than that waiting, another pod gets half batches.
LAG = 1000
CPU_PERCENT = 70
# Each change of the number moves partitions, and moving stops a group for seconds.
BEHAVIOR = {
    "scaleUp": {
        "stabilizationWindowSeconds": 60,
        "policies": [{"type": "Pods", "value": 2, "periodSeconds": 120}],
    },
    "scaleDown": {
        "stabilizationWindowSeconds": 600,
        "policies": [{"type": "Pods", "value": 1, "periodSeconds": 300}],
    },
}


def scaled(units: list[Unit]) -> list[Unit]:
    """The services of the normal lane: the express lane never waits for a pod to start."""
    return [unit for unit in units if unit.stages and unit.lane == "normal"]


def scaled_object(unit: Unit) -> dict[str, Any]:
    """Scales one service on the lag of every topic that it reads."""
    rows = [row for row in ROWS if row.name in unit.stages]
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "metadata": meta(unit.full_name, unit.labels),
        "spec": {
            "scaleTargetRef": {"name": unit.full_name},
            "minReplicaCount": LEAST,
            "maxReplicaCount": min(MOST, PARTITIONS),
            "pollingInterval": 15,
            "advanced": {"horizontalPodAutoscalerConfig": {"behavior": BEHAVIOR}},
            "triggers": [_trigger(row, topic) for row in rows for topic in row.sources("normal")],
        },
    }


def _trigger(row: Stage, topic: str) -> dict[str, Any]:
    return {
        "type": "kafka",
        "metadata": {
            "bootstrapServers": KAFKA,
            "consumerGroup": row.group("normal"),
            "topic": topic,
            "lagThreshold": str(LAG),
            "activationLagThreshold": "0",
            "offsetResetPolicy": "earliest",
            # A partition whose offset does not move is stuck, and more pods move it no sooner.
            "excludePersistentLag": "true",
            "limitToPartitionsWithLag": "true",
        },
    }


def autoscaler(unit: Unit) -> dict[str, Any]:
    """Scales one service on CPU, for a cluster without KEDA."""
    cpu = {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": CPU_PERCENT}}
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": meta(unit.full_name, unit.labels),
        "spec": {
            "scaleTargetRef": {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "name": unit.full_name,
            },
            "minReplicas": LEAST,
            "maxReplicas": min(MOST, PARTITIONS),
            "metrics": [{"type": "Resource", "resource": cpu}],
            "behavior": BEHAVIOR,
        },
    }
