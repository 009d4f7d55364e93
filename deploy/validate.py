"""Every manifest against the schemas of the newest Kubernetes that the validator ships."""

import sys
from pathlib import Path
from typing import Any

import kubernetes_validate
import yaml

K8S = Path(__file__).parent / "k8s"
NOT_KUBERNETES = ("kustomize.config.k8s.io", "gateway.networking.k8s.io")


def faults(path: Path) -> list[str]:
    """What is wrong with the objects of one file."""
    found = []
    for document in yaml.safe_load_all(path.read_text("utf-8")):
        if document["apiVersion"].startswith(NOT_KUBERNETES):
            continue
        name = f"{path.name}: {document['kind']} {document['metadata']['name']}"
        try:
            kubernetes_validate.validate(
                document, kubernetes_validate.latest_version(), strict=True
            )
        except kubernetes_validate.ValidationError as error:
            found.append(f"{name}: {error.message}")
        found += [f"{name}: {fault}" for fault in own_rules(document)]
    return found


def own_rules(document: dict[str, Any]) -> list[str]:
    """What no schema can say: pinned images, probes, limits, no root."""
    if document["kind"] not in ("Deployment", "Job"):
        return []
    pod, found = document["spec"]["template"]["spec"], []
    for container in pod["containers"]:
        if container["image"].endswith(":latest") or ":" not in container["image"]:
            found.append("the image has no fixed tag")
        if "memory" not in container["resources"].get("limits", {}):
            found.append("no memory limit")
        probes = {"livenessProbe", "readinessProbe", "startupProbe"}
        if document["kind"] == "Deployment" and not probes <= container.keys():
            found.append("a probe is missing")
        if not container["securityContext"].get("readOnlyRootFilesystem"):
            found.append("the root file system can be written")
    if not pod["securityContext"].get("runAsNonRoot"):
        found.append("it may run as root")
    return found


def main() -> int:
    """Print every fault; returns the exit code."""
    paths = sorted(K8S.rglob("*.yaml"))
    found = [fault for path in paths for fault in faults(path)]
    for fault in found:
        sys.stderr.write(f"{fault}\n")
    sys.stdout.write(f"{len(paths)} manifest files, {len(found)} faults\n")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
