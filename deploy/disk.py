"""The disk of the ledger: its claim, and the pod that has it."""

from __future__ import annotations

from typing import Any

LEDGER = "/var/lib/redress/ledger"


def claim(name: str, labels: dict[str, str]) -> dict[str, Any]:
    """The disk; one pod at a time has it."""
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name, "labels": labels},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "50Gi"}},
        },
    }


def mounted(pod: dict[str, Any], name: str, group: int) -> dict[str, Any]:
    """A pod of one container with that disk, which `group` may write."""
    (container,) = pod["containers"]
    mount = {"name": "ledger", "mountPath": LEDGER}
    return {
        **pod,
        "securityContext": {**pod["securityContext"], "fsGroup": group},
        "containers": [{**container, "volumeMounts": [*container["volumeMounts"], mount]}],
        "volumes": [
            *pod["volumes"],
            {"name": "ledger", "persistentVolumeClaim": {"claimName": name}},
        ],
    }
