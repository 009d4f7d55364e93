"""The Kubernetes manifests, generated from the stage table: a Deployment for each service."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml

from deploy.alerts import groups
from deploy.compose import compose
from deploy.dashboards import dashboards
from deploy.dashboards import text as model_of
from deploy.disk import claim
from deploy.external import mongodb
from deploy.jobs import PREPARE, indexes_job, topics_job
from deploy.overlays import components, overlays
from deploy.surroundings import config, namespace, network_policies, secret
from deploy.workloads import Unit, budget, deployment, service, service_account
from shared.pipeline import ROWS, SERVICES

K8S = Path(__file__).parent / "k8s"
BASE = K8S / "base"
DASHBOARDS = Path(__file__).parent.resolve() / "monitoring/dashboards"
HEADER = "# Generated from shared/pipeline.py by `make generate`; edit deploy/*.py instead.\n"


class _Plain(yaml.SafeDumper):
    """Writes what is there twice twice: people read these files."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's own signature
        return True


def units() -> list[Unit]:
    """What runs: each service on the normal lane, all on the express lane, the ledger's writer."""
    found = []
    for name in SERVICES:
        stages = tuple(row.name for row in ROWS if row.service == name)
        does = f"stages {', '.join(stages)}"
        found.append(Unit(name, (name, "--lane", "normal"), does, stages))
    every = tuple(row.name for row in ROWS)
    express = ("all", "--lane", "express")
    found.append(Unit("express", express, "every stage's express lane", every, "express"))
    found.append(Unit("ledger", ("ledger",), "the ledger's writer"))
    return found


def files() -> dict[str, list[dict[str, Any]]]:
    """Every generated file with its objects, by its place below the base."""
    made = {
        f"{unit.name}.yaml": [
            service_account(unit),
            deployment(unit),
            service(unit),
            budget(unit),
            *([claim(unit.full_name, unit.labels)] if unit.writes_ledger else []),
        ]
        for unit in units()
    }
    made["config.yaml"] = [_first(config())]
    made["network.yaml"] = [_first(policy) for policy in network_policies()]
    made["topics.yaml"] = [topics_job()]
    made["indexes.yaml"] = [indexes_job()]
    made["namespace.yaml"] = [_first(namespace())]
    made["kustomization.yaml"] = [_kustomization(sorted(made))]
    # Outside the base: applying it must never empty a secret that somebody filled.
    made["../secret.example.yaml"] = [secret()]
    made["../mongodb.example.yaml"] = [mongodb()]
    made["../../compose.yaml"] = [compose()]
    made["../../monitoring/rules.yaml"] = [{"groups": groups()}]
    return {**made, **components(units()), **overlays(units())}


def _first(one: dict[str, Any]) -> dict[str, Any]:
    """The same, marked as what must be there before the services."""
    labels = {**one["metadata"].get("labels", {}), **PREPARE}
    return {**one, "metadata": {**one["metadata"], "labels": labels}}


def _kustomization(resources: list[str]) -> dict[str, Any]:
    return {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "namespace": "redress",
        "resources": resources,
        "labels": [{"pairs": {"app.kubernetes.io/part-of": "redress"}}],
    }


def texts() -> dict[Path, str]:
    """Every generated file with its text."""
    objects = {
        (BASE / name).resolve(): HEADER + "---\n".join(_text(one) for one in found)
        for name, found in files().items()
    }
    return objects | {DASHBOARDS / f"{one.name}.json": model_of(one) for one in dashboards()}


def _text(one: dict[str, Any]) -> str:
    text: str = yaml.dump(one, Dumper=_Plain, sort_keys=False)
    return text


def main(arguments: list[str]) -> int:
    """Write the base, or with --check say which files differ."""
    wanted = texts()
    if "--check" in arguments:
        wrong = [p for p, t in wanted.items() if not p.exists() or p.read_text("utf-8") != t]
        wrong += [p for p in K8S.rglob("*.yaml") if p.resolve() not in wanted]
        for path in sorted(wrong):
            sys.stderr.write(
                f"{path.relative_to(K8S.resolve().parent)} is not up to date; run: make generate\n"
            )
        return bool(wrong)
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
