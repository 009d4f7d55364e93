"""Patches that put the installation on a Kafka of Strimzi: TLS, a user for each Deployment."""

from __future__ import annotations

import json
from typing import Any

from deploy.scaling import scaled, scaled_object
from deploy.workloads import Unit, meta

BOOTSTRAP = "redress-kafka-bootstrap.kafka.svc:9093"
CA_SECRET = "redress-cluster-ca-cert"  # noqa: S105 - the name of a Secret, as Strimzi gives it
CA = "/etc/redress/kafka/ca.crt"
KEDA = "redress-keda"


def patches(units: list[Unit]) -> list[dict[str, Any]]:
    """Every patch, as a kustomization lists them."""
    # The operator makes the topics, and no service may.
    job = {"apiVersion": "batch/v1", "kind": "Job", **_named("redress-topics"), "$patch": "delete"}
    return [
        _patch("Job", "redress-topics", job),
        _patch("ConfigMap", "redress", _config()),
        *(_patch("Deployment", unit.full_name, _signs_in(unit)) for unit in units),
    ]


def scaler_patches(units: list[Unit]) -> list[dict[str, Any]]:
    """The autoscaler signs in as a user of its own."""
    return [_patch("ScaledObject", unit.full_name, _asks(unit)) for unit in scaled(units)]


def _patch(kind: str, name: str, body: Any) -> dict[str, Any]:
    return {"target": {"kind": kind, "name": name}, "patch": json.dumps(body, indent=1)}


def _named(name: str) -> dict[str, Any]:
    return {"metadata": {"name": name}}


def _config() -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        **_named("redress"),
        "data": {
            "REDRESS_KAFKA": BOOTSTRAP,
            "REDRESS_KAFKA_SECURITY": "sasl_ssl",
            "REDRESS_KAFKA_CA": CA,
        },
    }


def _signs_in(unit: Unit) -> dict[str, Any]:
    password = {"secretKeyRef": {"name": unit.full_name, "key": "password"}}
    container = {
        "name": unit.name,
        "env": [
            {"name": "REDRESS_KAFKA_USER", "value": unit.full_name},
            {"name": "REDRESS_KAFKA_PASSWORD", "valueFrom": password},
        ],
        "volumeMounts": [
            {"name": "kafka-ca", "mountPath": CA.rpartition("/")[0], "readOnly": True}
        ],
    }
    items = [{"key": "ca.crt", "path": "ca.crt"}]
    volume = {"name": "kafka-ca", "secret": {"secretName": CA_SECRET, "items": items}}
    pod = {"containers": [container], "volumes": [volume]}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        **_named(unit.full_name),
        "spec": {"template": {"spec": pod}},
    }


def _asks(unit: Unit) -> list[dict[str, Any]]:
    made = []
    for number, _ in enumerate(scaled_object(unit)["spec"]["triggers"]):
        place = f"/spec/triggers/{number}"
        values = {
            "metadata/bootstrapServers": BOOTSTRAP,
            "metadata/tls": "enable",
            "metadata/sasl": "scram_sha512",
            "authenticationRef": {"name": KEDA},
        }
        made += [{"op": "add", "path": f"{place}/{p}", "value": v} for p, v in values.items()]
    return made


def authentication() -> list[dict[str, Any]]:
    """How the autoscaler signs in; a user's name is no secret, but it must come from one."""
    name = {"name": f"{KEDA}-name", "key": "username", "parameter": "username"}
    password = {"name": KEDA, "key": "password", "parameter": "password"}
    ca = {"name": CA_SECRET, "key": "ca.crt", "parameter": "ca"}
    return [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": meta(f"{KEDA}-name"),
            "stringData": {"username": KEDA},
        },
        {
            "apiVersion": "keda.sh/v1alpha1",
            "kind": "TriggerAuthentication",
            "metadata": meta(KEDA),
            "spec": {"secretTargetRef": [name, password, ca]},
        },
    ]
