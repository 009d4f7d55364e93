"""How the rules look at objects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Object = dict[str, Any]


def of_kind(objects: list[Object], *kinds: str) -> list[Object]:
    """Those of these kinds."""
    return [one for one in objects if one["kind"] in kinds]


def named(one: Object) -> str:
    """How a fault names an object."""
    return f"{one['kind']} {one['metadata']['name']}"


def pods(objects: list[Object]) -> Iterator[tuple[Object, Object]]:
    """Each Deployment and Job with its pod."""
    for one in of_kind(objects, "Deployment", "Job"):
        yield one, one["spec"]["template"]["spec"]


def containers(objects: list[Object]) -> Iterator[tuple[Object, Object]]:
    """Each container with the object that it is of."""
    for one, pod in pods(objects):
        for container in [*pod.get("initContainers", []), *pod["containers"]]:
            yield one, container
