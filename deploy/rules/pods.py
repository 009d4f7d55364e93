"""Rules of pods: what they may do, what they need, how they come and go."""

from __future__ import annotations

from typing import Any

from deploy.rules.reading import Object, containers, named, of_kind, pods
from shared.runner.app import STOP_S

PROBES = ("startupProbe", "livenessProbe", "readinessProbe")
REQUESTS = {"cpu", "memory", "ephemeral-storage"}
USER, REVISIONS = 65532, 3


def images_are_pinned(objects: list[Object]) -> list[str]:
    """A tag that says a version, or a digest."""
    found = []
    for one, container in containers(objects):
        image = container["image"]
        tag = image.rpartition("/")[2].partition(":")[2]
        if "@sha256:" not in image and tag in ("", "latest"):
            found.append(f"{named(one)}: the image {image} has no fixed tag")
    return found


def resources_are_said(objects: list[Object]) -> list[str]:
    """Requests for all three, and a limit of memory: a leak must not take its neighbours."""
    found = []
    for one, container in containers(objects):
        resources = container.get("resources", {})
        if missing := REQUESTS - resources.get("requests", {}).keys():
            found.append(f"{named(one)}: no request of {', '.join(sorted(missing))}")
        if "memory" not in resources.get("limits", {}):
            found.append(f"{named(one)}: no limit of memory")
    return found


def probes_are_there(objects: list[Object]) -> list[str]:
    """All three; only readiness may ask servers, else their absence restarts everything."""
    found = []
    for one, container in containers(of_kind(objects, "Deployment")):
        for probe in PROBES:
            path = container.get(probe, {}).get("httpGet", {}).get("path", "")
            if path not in (
                ("/readyz", "/readyz/door") if probe == "readinessProbe" else ("/livez",)
            ):
                found.append(f"{named(one)}: {probe} asks {path or 'nothing'}")
    return found


def nobody_writes(objects: list[Object]) -> list[str]:
    """As a user without rights, on a file system that cannot be written."""
    found = []
    for one, pod in pods(objects):
        context = pod.get("securityContext", {})
        wanted: dict[str, Any] = {"runAsNonRoot": True, "runAsUser": USER}
        wrong = [key for key, value in wanted.items() if context.get(key) != value]
        if context.get("seccompProfile", {}).get("type") != "RuntimeDefault":
            wrong.append("seccompProfile")
        wrong += [
            k for k in ("automountServiceAccountToken", "enableServiceLinks") if pod.get(k, True)
        ]
        found += [f"{named(one)}: {key} is not the safe one" for key in wrong]
    for one, container in containers(objects):
        context = container.get("securityContext", {})
        if not context.get("readOnlyRootFilesystem"):
            found.append(f"{named(one)}: the root file system can be written")
        if context.get("allowPrivilegeEscalation", True) or context.get("privileged"):
            found.append(f"{named(one)}: it may gain rights")
        if context.get("capabilities") != {"drop": ["ALL"]}:
            found.append(f"{named(one)}: it keeps capabilities")
    return found


def stopping_has_time(objects: list[Object]) -> list[str]:
    """What a process may take to stop, after the pause in which callers are turned elsewhere."""
    found = []
    for one, pod in pods(of_kind(objects, "Deployment")):
        pauses = [
            c.get("lifecycle", {}).get("preStop", {}).get("sleep", {}) for c in pod["containers"]
        ]
        pause = max(sleep.get("seconds", 0) for sleep in pauses)
        if not pause:
            found.append(f"{named(one)}: no pause before it is stopped")
        if pod.get("terminationGracePeriodSeconds", 30) < pause + STOP_S:
            found.append(f"{named(one)}: it is killed before it may have stopped")
    return found


def rolling_leaves_no_gap(objects: list[Object]) -> list[str]:
    """A new pod stands before an old one goes, unless the old one has the disk."""
    found = []
    for one in of_kind(objects, "Deployment"):
        strategy = one["spec"].get("strategy", {})
        rolling = strategy.get("rollingUpdate", {})
        if strategy.get("type") != "Recreate" and rolling.get("maxUnavailable") != 0:
            found.append(f"{named(one)}: a rollout may take pods away first")
        if one["spec"].get("revisionHistoryLimit", 10) > REVISIONS:
            found.append(f"{named(one)}: too many old revisions are kept")
    return found


def pods_stand_apart(objects: list[Object]) -> list[str]:
    """Over zones, and over hosts where there are any; never so strictly that nothing starts."""
    found = []
    for one, pod in pods(of_kind(objects, "Deployment")):
        spread = pod.get("topologySpreadConstraints", [])
        if [s.get("whenUnsatisfiable") for s in spread] != ["ScheduleAnyway"]:
            found.append(f"{named(one)}: not spread over zones, or too strictly")
        if list(pod.get("affinity", {}).get("podAntiAffinity", {})) != [
            "preferredDuringSchedulingIgnoredDuringExecution"
        ]:
            found.append(f"{named(one)}: not kept apart from its like, or too strictly")
    return found
