"""Rules of autoscaling, where a misspelt key of a trigger is refused by nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deploy.rules.reading import Object, named, of_kind
from shared.pipeline import ROWS

# KEDA 2.21, pkg/scalers/kafka_scaler.go: the keys of a trigger's metadata.
KEYS = {
    *("bootstrapServers", "consumerGroup", "topic", "partitionLimitation", "lagThreshold"),
    *("activationLagThreshold", "offsetResetPolicy", "allowIdleConsumers", "excludePersistentLag"),
    *("scaleToZeroOnInvalidOffset", "limitToPartitionsWithLag", "fullMetadata", "version"),
    *("ensureEvenDistributionOfPartitions", "tls", "unsafeSsl", "sasl", "awsRegion"),
}
LEAST = 2
NEEDED = {
    *("bootstrapServers", "consumerGroup", "topic", "lagThreshold", "activationLagThreshold"),
    *("offsetResetPolicy", "excludePersistentLag", "limitToPartitionsWithLag"),
}


def _triggers(objects: list[Object]) -> Iterator[tuple[Object, dict[str, Any]]]:
    for one in of_kind(objects, "ScaledObject"):
        for trigger in one["spec"]["triggers"]:
            yield one, trigger.get("metadata", {})


def triggers_are_understood(objects: list[Object]) -> list[str]:
    """KEDA leaves a key that it does not know aside, and takes the default instead."""
    found = []
    for one, told in _triggers(objects):
        found += [f"{named(one)}: KEDA knows no key {key}" for key in sorted(told.keys() - KEYS)]
        found += [f"{named(one)}: {key} is missing" for key in sorted(NEEDED - told.keys())]
    return found


def triggers_are_of_the_table(objects: list[Object]) -> list[str]:
    """Each group and topic is one that a stage reads, in the Deployment that reads it."""
    read = {
        (f"redress-{row.service}", row.group("normal"), topic)
        for row in ROWS
        for topic in row.sources("normal")
    }
    asked = {
        (one["spec"]["scaleTargetRef"]["name"], told.get("consumerGroup"), told.get("topic"))
        for one, told in _triggers(objects)
    }
    missing = read - asked if asked else set()
    return [
        f"KEDA asks for what {name} does not read: {topic}" for name, _, topic in asked - read
    ] + [f"KEDA does not ask for what {name} reads: {topic}" for name, _, topic in missing]


def no_pod_is_idle(objects: list[Object]) -> list[str]:
    """A group has no use for more pods than there are partitions."""
    configs = {one["metadata"]["name"]: one["data"] for one in of_kind(objects, "ConfigMap")}
    partitions = int(configs.get("redress", {}).get("REDRESS_PARTITIONS", 0))
    found = []
    for one in of_kind(objects, "ScaledObject", "HorizontalPodAutoscaler"):
        most = one["spec"].get("maxReplicaCount", one["spec"].get("maxReplicas", 100))
        least = one["spec"].get("minReplicaCount", one["spec"].get("minReplicas", 0))
        if most > partitions:
            found.append(f"{named(one)}: {most} pods at most, but {partitions} partitions")
        if least < LEAST:
            found.append(f"{named(one)}: {least} pods at least, so one death is a gap")
    return found


def one_scaler_owns_the_number(objects: list[Object]) -> list[str]:
    """Two scalers, or a scaler and a manifest, would set the number back and forth."""
    owners: dict[str, list[str]] = {}
    for one in of_kind(objects, "ScaledObject", "HorizontalPodAutoscaler"):
        owners.setdefault(one["spec"]["scaleTargetRef"]["name"], []).append(one["kind"])
    deployments = {one["metadata"]["name"]: one for one in of_kind(objects, "Deployment")}
    found = [
        f"{name} is scaled by {' and '.join(by)}" for name, by in owners.items() if len(by) > 1
    ]
    for name in owners:
        if name not in deployments:
            found.append(f"{name} is scaled and is not there")
        elif "replicas" in deployments[name]["spec"]:
            found.append(f"{name} is scaled, and its manifest names a number of pods")
    return found
