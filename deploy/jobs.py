"""What runs once, before the services: the topics, and the indexes of a release."""

from __future__ import annotations

from typing import Any

from deploy.workloads import hardened, meta

# `kubectl apply --selector redress.dev/step=prepare` applies what the services need to be there.
PREPARE = {"redress.dev/step": "prepare"}


def topics_job() -> dict[str, Any]:
    """Creates the topics that are missing."""
    return _job("topics", "topics", "create")


def indexes_job() -> dict[str, Any]:
    """Creates the stages' indexes; a large collection takes longer than a start may."""
    return _job("indexes", "indexes", "create")


def _job(name: str, *command: str) -> dict[str, Any]:
    container = {
        "name": name,
        "command": ["redress", *command],
        "resources": {
            "requests": {"cpu": "100m", "memory": "256Mi", "ephemeral-storage": "16Mi"},
            "limits": {"memory": "512Mi"},
        },
    }
    labels = {"app.kubernetes.io/name": "redress", "app.kubernetes.io/component": name}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": meta(f"redress-{name}", {**labels, **PREPARE}),
        "spec": {
            "backoffLimit": 5,
            "ttlSecondsAfterFinished": 3600,
            "template": {
                "metadata": {"labels": labels},
                "spec": {"restartPolicy": "OnFailure", **hardened(container)},
            },
        },
    }
