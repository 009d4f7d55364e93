"""Everything that is deployed, built as kubectl builds it, against schemas and rules of our own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import yaml
from jsonschema import Draft202012Validator

from deploy import rules
from deploy.crds import SCHEMAS, file_of
from deploy.tools import Tools, tools

K8S = Path(__file__).parent / "k8s"
DOCKERFILE = Path(__file__).parent / "Dockerfile"
Objects = list[dict[str, Any]]


def build(kubectl: Path, folder: Path) -> Objects:
    """The objects of one folder. Raises CalledProcessError where kustomize refuses it."""
    command = (str(kubectl), "kustomize", str(folder))
    made = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - ours
    return list(yaml.load_all(made.stdout, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))


def builds(kubectl: Path) -> Iterator[tuple[str, Objects]]:
    """The base, each overlay, and the base with each component alone."""
    yield "base", build(kubectl, K8S / "base")
    for overlay in sorted((K8S / "overlays").iterdir()):
        yield f"overlay {overlay.name}", build(kubectl, overlay)
    for component in sorted((K8S / "components").iterdir()):
        with tempfile.TemporaryDirectory() as folder:
            body = {
                "resources": [os.path.relpath(K8S / "base", os.path.realpath(folder))],
                "components": [os.path.relpath(component, os.path.realpath(folder))],
            }
            Path(folder, "kustomization.yaml").write_text(json.dumps(body), "utf-8")
            yield f"component {component.name}", build(kubectl, Path(folder))


def schema_faults(objects: Objects) -> list[str]:
    """What is no object of its kind; a field that the kind does not have is a fault."""
    return [fault for one in objects for fault in _schema_faults(json.dumps(one, default=str))]


@cache  # most objects are in several builds
def _schema_faults(text: str) -> list[str]:
    one = json.loads(text)
    name = f"{one['kind']} {one['metadata']['name']}"
    own = SCHEMAS / file_of(one["apiVersion"], one["kind"])
    if own.exists():
        return [f"{name}: {e.json_path}: {e.message}" for e in _validator(own).iter_errors(one)]
    try:
        kubernetes_validate.validate(one, kubernetes_validate.latest_version(), strict=True)
    except kubernetes_validate.SchemaNotFoundError:
        return [f"{name}: no schema of {one['apiVersion']}"]
    except kubernetes_validate.ValidationError as error:
        return [f"{name}: {error.message}"]
    return []


@cache
def _validator(path: Path) -> Draft202012Validator:
    return Draft202012Validator(json.loads(path.read_text("utf-8")))


def _image_faults(found: Tools) -> list[str]:
    command = (str(found.hadolint), "--no-color", str(DOCKERFILE))
    said = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - ours
    return said.stdout.splitlines() if said.returncode else []


def main() -> int:
    """Print every fault; returns the exit code."""
    began, programs, count = time.monotonic(), tools(), 0
    found = [f"Dockerfile: {fault}" for fault in _image_faults(programs)]
    for example in sorted(K8S.glob("*.example.yaml")):
        objects = list(yaml.safe_load_all(example.read_text("utf-8")))
        count += len(objects)
        found += [f"{example.name}: {fault}" for fault in schema_faults(objects)]
    for name, objects in builds(programs.kubectl):
        count += len(objects)
        found += [f"{name}: {f}" for f in (*schema_faults(objects), *rules.faults(objects))]
    for fault in found:
        sys.stderr.write(f"{fault}\n")
    seconds = time.monotonic() - began
    sys.stdout.write(f"deploy-check: {count} objects, {len(found)} faults, {seconds:.1f} s\n")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
