"""The Kubernetes base, generated from the stage table: a Deployment for each service."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml

from deploy.disk import claim
from deploy.routes import route
from deploy.surroundings import config, namespace, network_policies, secret, topics_job
from deploy.workloads import Unit, budget, deployment, service, service_account
from shared.pipeline import ROWS, SERVICES

BASE = Path(__file__).parent / "k8s" / "base"
HEADER = "# Generated from shared/pipeline.py by `make generate`; edit deploy/*.py instead.\n"


def units() -> list[Unit]:
    """What runs: each service on the normal lane, all on the express lane, the ledger's writer."""
    found = []
    for name in SERVICES:
        stages = [row.name for row in ROWS if row.service == name]
        found.append(Unit(name, (name, "--lane", "normal"), f"stages {', '.join(stages)}"))
    found.append(Unit("express", ("all", "--lane", "express"), "every stage's express lane"))
    found.append(Unit("ledger", ("ledger",), "the ledger's writer"))
    return found


def files() -> dict[str, list[dict[str, Any]]]:
    """Every generated file with its objects."""
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
    made["config.yaml"] = [config()]
    made["network.yaml"] = network_policies()
    made["topics.yaml"] = [topics_job()]
    made["namespace.yaml"] = [namespace()]
    made["kustomization.yaml"] = [_kustomization(sorted(made))]
    # Outside the base: applying it must never empty a secret that somebody filled.
    made["../secret.example.yaml"] = [secret()]
    # Outside too: a cluster without the Gateway API would refuse the whole base.
    made["../routes.example.yaml"] = [route()]
    return made


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
    return {
        BASE / name: HEADER + "---\n".join(yaml.safe_dump(o, sort_keys=False) for o in objects)
        for name, objects in files().items()
    }


def main(arguments: list[str]) -> int:
    """Write the base, or with --check say which files differ."""
    wanted = texts()
    if "--check" in arguments:
        wrong = [p for p, t in wanted.items() if not p.exists() or p.read_text("utf-8") != t]
        wrong += [p for p in BASE.glob("*.yaml") if p not in wanted]
        for path in sorted(wrong):
            sys.stderr.write(f"{path.name} is not up to date; run: make generate\n")
        return bool(wrong)
    BASE.mkdir(parents=True, exist_ok=True)
    for path, text in wanted.items():
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
