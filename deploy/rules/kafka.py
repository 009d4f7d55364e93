"""Rules of topics and users: all of the table, nothing beside it, no right that is not used."""

from __future__ import annotations

from deploy.rules.reading import Object, named, of_kind
from shared.pipeline import CHECKPOINTS, LANES, ROWS, topics

KNOWN = {*topics(), CHECKPOINTS}
GROUPS = {row.group(lane) for row in ROWS for lane in LANES}
ANY = "complaints."
COPIES = 3
OPERATIONS = {"Read", "Write", "Describe"}


def topics_are_those_of_the_table(objects: list[Object]) -> list[str]:
    """None is missing and none is left over, once there is one."""
    there = {one["metadata"]["name"] for one in of_kind(objects, "KafkaTopic")}
    if not there:
        return []
    return [f"KafkaTopic {name} is missing" for name in sorted(KNOWN - there)] + [
        f"KafkaTopic {name} is of no stage" for name in sorted(there - KNOWN)
    ]


def topics_are_kept_and_copied(objects: list[Object]) -> list[str]:
    """The log is the truth: three copies, two of them written at once, and none ever deleted."""
    wanted = {"min.insync.replicas": "2", "retention.ms": "-1", "cleanup.policy": "delete"}
    found, counts = [], set()
    for one in of_kind(objects, "KafkaTopic"):
        spec = one["spec"]
        if spec["replicas"] < COPIES:
            found.append(f"{named(one)}: {spec['replicas']} copies")
        config = {key: str(value) for key, value in spec["config"].items()}
        found += [
            f"{named(one)}: {key} is not {value}" for key, value in wanted.items() - config.items()
        ]
        if one["metadata"]["name"] != CHECKPOINTS:
            counts.add(spec["partitions"])
    return found + ["the partition counts of the topics differ"] * (len(counts) > 1)


def rights_are_few(objects: list[Object]) -> list[str]:
    """Only the operations that are used, on names of the table; all names at most to look at."""
    found = []
    for one in of_kind(objects, "KafkaUser"):
        for acl in one["spec"].get("authorization", {}).get("acls", []):
            resource, operations = acl["resource"], set(acl["operations"])
            name = resource.get("name", "*")
            known = name in (GROUPS if resource["type"] == "group" else KNOWN)
            if resource["patternType"] == "prefix":
                known = name == ANY and "Write" not in operations
            if not known or not operations <= OPERATIONS:
                found.append(f"{named(one)}: {', '.join(sorted(operations))} on {name}")
    return found


def pods_sign_in_as_themselves(objects: list[Object]) -> list[str]:
    """A pod has the password of the user that is named as it is."""
    users = {one["metadata"]["name"] for one in of_kind(objects, "KafkaUser")}
    if not users:
        return []
    found = []
    for one in of_kind(objects, "Deployment"):
        name = one["metadata"]["name"]
        env = {
            e["name"]: e for e in one["spec"]["template"]["spec"]["containers"][0].get("env", [])
        }
        password = (
            env.get("REDRESS_KAFKA_PASSWORD", {}).get("valueFrom", {}).get("secretKeyRef", {})
        )
        if env.get("REDRESS_KAFKA_USER", {}).get("value") != name or name not in users:
            found.append(f"{named(one)}: it signs in as another user, or as none")
        if password.get("name") != name:
            found.append(f"{named(one)}: its password is not its own")
    return found
