"""A service as Kubernetes runs it: least rights, probes, limits, room to drain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from deploy import disk
from deploy.placing import apart
from shared.events.base import Lane
from shared.http.limits import FORM_BYTES, UPLOADS_AT_ONCE

IMAGE = "redress:0.1.0"
PORT, MAIL_PORT = 8000, 2525
# The process stops within 25 s; the pod gives it that and some.
GRACE_S = 40
USER = 65532
TMP_MIB = 32
UPLOADS_MIB = FORM_BYTES * UPLOADS_AT_ONCE >> 20  # files of forms lie in /tmp while they come in


@dataclass(frozen=True)
class Unit:
    """What one Deployment runs."""

    name: str
    arguments: tuple[str, ...]
    does: str
    stages: tuple[str, ...] = ()
    lane: Lane = "normal"

    @property
    def labels(self) -> dict[str, str]:
        """What selects its pods."""
        return {"app.kubernetes.io/name": "redress", "app.kubernetes.io/component": self.name}

    @property
    def takes_mail(self) -> bool:
        """Whether it listens for mail beside HTTP."""
        return self.name == "intake"

    @property
    def writes_ledger(self) -> bool:
        """Whether it is the one writer of the ledger, with a disk of its own."""
        return self.name == "ledger"

    @property
    def full_name(self) -> str:
        """The name of its objects."""
        return f"redress-{self.name}"


def meta(name: str, labels: dict[str, str] | None = None) -> dict[str, Any]:
    """The metadata of an object."""
    return {"name": name, **({"labels": labels} if labels else {})}


def service_account(unit: Unit) -> dict[str, Any]:
    """An identity of its own, without a token for the API server."""
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": meta(unit.full_name, unit.labels),
        "automountServiceAccountToken": False,
    }


def service(unit: Unit) -> dict[str, Any]:
    """The address that the gateway routes to."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": meta(unit.full_name, unit.labels),
        "spec": {
            "selector": unit.labels,
            "ports": [
                {"name": "http", "port": 80, "targetPort": "http"},
                *([{"name": "smtp", "port": 25, "targetPort": "smtp"}] if unit.takes_mail else []),
            ],
        },
    }


def budget(unit: Unit) -> dict[str, Any]:
    """One pod at a time may be taken away; a sick one may always."""
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": meta(unit.full_name, unit.labels),
        "spec": {
            "maxUnavailable": 1,
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
            "selector": {"matchLabels": unit.labels},
        },
    }


def _rollout(unit: Unit) -> dict[str, Any]:
    if unit.writes_ledger:  # two pods could not have its disk
        return {"replicas": 1, "strategy": {"type": "Recreate"}}
    return {
        "replicas": 2,
        "strategy": {"rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}},
    }


def deployment(unit: Unit) -> dict[str, Any]:
    """Two pods that roll without a gap; the ledger's writer is one."""
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            **meta(unit.full_name, unit.labels),
            "annotations": {"redress.dev/runs": unit.does},
        },
        "spec": {
            **_rollout(unit),
            "revisionHistoryLimit": 3,
            "selector": {"matchLabels": unit.labels},
            "template": {"metadata": {"labels": unit.labels}, "spec": _pod(unit)},
        },
    }


def _pod(unit: Unit) -> dict[str, Any]:
    pod = {
        "serviceAccountName": unit.full_name,
        "terminationGracePeriodSeconds": GRACE_S,
        **apart(unit.labels),
        **hardened(_container(unit), TMP_MIB + UPLOADS_MIB * (unit.name == "intake")),
    }
    return disk.mounted(pod, unit.full_name, USER) if unit.writes_ledger else pod


def _container(unit: Unit) -> dict[str, Any]:
    # The express lane must never wait for CPU: its requests are its limit.
    express = unit.name == "express"
    return {
        "name": unit.name,
        "args": list(unit.arguments),
        "ports": [
            {"name": "http", "containerPort": PORT},
            *([{"name": "smtp", "containerPort": MAIL_PORT}] if unit.takes_mail else []),
        ],
        "startupProbe": _probe("/livez", period=2, failures=30),
        "livenessProbe": _probe("/livez", period=10, failures=3),
        # A door must stay open while Kafka is away, and a pod that is not ready gets no requests.
        "readinessProbe": _probe("/readyz" if express else "/readyz/door", period=5, failures=2),
        "lifecycle": {"preStop": {"sleep": {"seconds": 5}}},
        "resources": {
            "requests": {
                "cpu": "1" if express else "250m",
                "memory": "256Mi",
                "ephemeral-storage": "64Mi",
            },
            # Sixteen mails of 25 MiB may be in memory at once (services/intake/mail/smtp.py); the
            # ledger holds what comes next of every partition.
            "limits": {
                "memory": "1Gi" if unit.takes_mail or unit.writes_ledger else "512Mi",
                **({"cpu": "1"} if express else {}),
            },
        },
    }


def _probe(path: str, *, period: int, failures: int) -> dict[str, Any]:
    return {
        "httpGet": {"path": path, "port": "http"},
        "periodSeconds": period,
        "timeoutSeconds": 3,
        "failureThreshold": failures,
    }


def hardened(container: dict[str, Any], tmp_mib: int = TMP_MIB) -> dict[str, Any]:
    """A pod around one container that may write nowhere but /tmp and is nobody."""
    return {
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": USER,
            "runAsGroup": USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [
            {
                **container,
                "image": IMAGE,
                "envFrom": [
                    {"configMapRef": {"name": "redress"}},
                    {"secretRef": {"name": "redress"}},
                ],
                "securityContext": {
                    "allowPrivilegeEscalation": False,
                    "readOnlyRootFilesystem": True,
                    "capabilities": {"drop": ["ALL"]},
                },
                "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],  # noqa: S108 - inside the container
            }
        ],
        "volumes": [{"name": "tmp", "emptyDir": {"sizeLimit": f"{tmp_mib}Mi"}}],
    }
