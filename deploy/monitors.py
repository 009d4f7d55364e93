"""What Prometheus is told, by objects of its operator."""

from __future__ import annotations

from typing import Any

from deploy.alerts import operators
from deploy.dashboards import config_map, dashboards
from deploy.workloads import meta


def monitors() -> dict[str, list[dict[str, Any]]]:
    """The files of the component: where to read the metrics of every pod, what to tell."""
    endpoint = {"port": "http", "path": "/metrics", "interval": "15s"}
    monitor = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PodMonitor",
        "metadata": meta("redress"),
        "spec": {
            "selector": {"matchLabels": {"app.kubernetes.io/name": "redress"}},
            "podTargetLabels": ["app.kubernetes.io/component"],
            "podMetricsEndpoints": [endpoint],
        },
    }
    shown = [config_map(one) for one in dashboards()]
    return {"pods.yaml": [monitor], "rules.yaml": [operators()], "dashboards.yaml": shown}
