"""Where pods of one kind run: not all in one place, as long as there is another."""

from __future__ import annotations

from typing import Any


def apart(labels: dict[str, str]) -> dict[str, Any]:
    """The part of a pod that spreads it over zones, then over hosts; both only wishes."""
    like = {"labelSelector": {"matchLabels": labels}}
    zones = {
        "maxSkew": 1,
        "topologyKey": "topology.kubernetes.io/zone",
        "whenUnsatisfiable": "ScheduleAnyway",
        **like,
    }
    hosts = {"weight": 100, "podAffinityTerm": {**like, "topologyKey": "kubernetes.io/hostname"}}
    wish = {"preferredDuringSchedulingIgnoredDuringExecution": [hosts]}
    return {"topologySpreadConstraints": [zones], "affinity": {"podAntiAffinity": wish}}
