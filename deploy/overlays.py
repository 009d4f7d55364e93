"""What is put on the base: components to choose from, and two overlays that choose."""

from __future__ import annotations

import json
from typing import Any

from deploy import kafka, strimzi
from deploy.external import external_secret
from deploy.monitors import monitors
from deploy.routes import route
from deploy.scaling import autoscaler, scaled, scaled_object
from deploy.workloads import IMAGE, Unit

Files = dict[str, list[dict[str, Any]]]
CHOSEN = ("gateway", "keda", "monitoring", "strimzi", "keda-strimzi")  # the last patches keda
# An autoscaler owns the number: a manifest that names one would set it back at each rollout.
UNCOUNTED = [{"op": "remove", "path": "/spec/replicas"}]
SMALL = {"REDRESS_PARTITIONS": "6", "REDRESS_REPLICATION": "1", "REDRESS_POLICY": "demo"}
LITTLE = [
    {"op": "replace", "path": "/spec/replicas", "value": 1},
    {
        "op": "replace",
        "path": "/spec/template/spec/containers/0/resources/requests/cpu",
        "value": "50m",
    },
]


def components(units: list[Unit]) -> Files:
    """The files of every component, by place below deploy/k8s."""
    by_lag = {f"{unit.name}.yaml": [scaled_object(unit)] for unit in scaled(units)}
    by_cpu = {f"{unit.name}.yaml": [autoscaler(unit)] for unit in scaled(units)}
    uncounted = [_on("Deployment", unit.full_name, UNCOUNTED) for unit in scaled(units)]
    return {
        **_component("keda", by_lag, uncounted),
        **_component("hpa", by_cpu, uncounted),
        **_component("monitoring", monitors(), []),
        **_component("external-secrets", {"secret.yaml": [external_secret()]}, []),
        **_component("gateway", {"route.yaml": [route()]}, []),
        **_component(
            "strimzi",
            {"topics.yaml": kafka.kafka_topics(), "users.yaml": kafka.kafka_users(units)},
            strimzi.patches(units),
        ),
        **_component(
            "keda-strimzi",
            {"authentication.yaml": strimzi.authentication()},
            strimzi.scaler_patches(units),
        ),
    }


def overlays(units: list[Unit]) -> Files:
    """One pod of each and a short policy to develop on; everything for production."""
    few = [_on("Deployment", unit.full_name, LITTLE) for unit in units]
    config = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "redress"},
        "data": SMALL,
    }
    dev = {
        "namespace": "redress-dev",
        "resources": ["../../base"],
        "patches": [*few, _on("ConfigMap", "redress", config)],
    }
    production = {
        "namespace": "redress",
        "resources": ["../../base"],
        "components": [f"../../components/{name}" for name in CHOSEN],
        "images": [_image()],
        "patches": [_on("Deployment", "redress-express", [_replicas(3)])],
    }
    return {
        "../overlays/dev/kustomization.yaml": [_kustomization("Kustomization", dev)],
        "../overlays/production/kustomization.yaml": [_kustomization("Kustomization", production)],
    }


def _image() -> dict[str, str]:
    name, _, tag = IMAGE.partition(":")
    return {"name": name, "newName": f"registry.example.com/{name}", "newTag": tag}


def _replicas(number: int) -> dict[str, Any]:
    return {"op": "replace", "path": "/spec/replicas", "value": number}


def _component(name: str, resources: Files, patches: list[dict[str, Any]]) -> Files:
    place = f"../components/{name}"
    body = {"resources": sorted(resources), **({"patches": patches} if patches else {})}
    return {
        f"{place}/kustomization.yaml": [_kustomization("Component", body)],
        **{f"{place}/{file}": objects for file, objects in resources.items()},
    }


def _kustomization(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    version = "v1alpha1" if kind == "Component" else "v1beta1"
    return {"apiVersion": f"kustomize.config.k8s.io/{version}", "kind": kind, **body}


def _on(kind: str, name: str, body: Any) -> dict[str, Any]:
    return {"target": {"kind": kind, "name": name}, "patch": json.dumps(body, indent=1)}
