"""Grafana dashboards out of a table of panels; one JSON model each, version 39 of its schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

FILE = Path(__file__).parent / "dashboards.yaml"
WIDTH, HEIGHT, COLUMNS = 12, 8, 2
SCHEMA = 39
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
Model = dict[str, Any]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Panel(_Strict):
    """One graph; `$stage` in an expression is what the reader chose."""

    title: str
    unit: Literal["s", "short", "percentunit", "reqps"]
    expr: str
    legend: str
    says: str
    may_be_empty: bool = False


class Dashboard(_Strict):
    """One page of graphs."""

    name: str = Field(pattern=r"^[a-z]+$")
    title: str
    says: str
    panels: tuple[Panel, ...]

    @property
    def model(self) -> Model:
        """What Grafana imports."""
        return {
            "uid": f"redress-{self.name}",
            "title": self.title,
            "description": self.says,
            "tags": ["redress"],
            "schemaVersion": SCHEMA,
            "editable": False,
            "refresh": "30s",
            "time": {"from": "now-6h", "to": "now"},
            "templating": {"list": self._variables()},
            "panels": [_graph(number, panel) for number, panel in enumerate(self.panels)],
        }

    def _variables(self) -> list[Model]:
        source = {"name": "datasource", "type": "datasource", "query": "prometheus"}
        if not any("$stage" in panel.expr for panel in self.panels):
            return [source]
        query = "label_values(redress_records_processed_total, stage)"
        stage = {"name": "stage", "type": "query", "datasource": SOURCE, "query": query}
        return [
            source,
            {**stage, "multi": True, "includeAll": True, "allValue": ".+", "refresh": 2},
        ]


class Dashboards(_Strict):
    """The whole file."""

    version: str
    dashboards: tuple[Dashboard, ...]


def dashboards() -> tuple[Dashboard, ...]:
    """All of them, as they stand in data."""
    return Dashboards.model_validate(yaml.safe_load(FILE.read_text("utf-8"))).dashboards


def text(dashboard: Dashboard) -> str:
    """The file of one."""
    return json.dumps(dashboard.model, indent=1) + "\n"


def config_map(dashboard: Dashboard) -> Model:
    """For Grafana's sidecar, which takes what has its label."""
    name = f"redress-dashboard-{dashboard.name}"
    labels = {"app.kubernetes.io/name": "redress", "grafana_dashboard": "1"}
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "labels": labels},
        "data": {f"redress-{dashboard.name}.json": text(dashboard)},
    }


def _graph(number: int, panel: Panel) -> Model:
    row, column = divmod(number, COLUMNS)
    place = {"h": HEIGHT, "w": WIDTH, "x": column * WIDTH, "y": row * HEIGHT}
    target = {"refId": "A", "expr": panel.expr, "legendFormat": panel.legend}
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": panel.title,
        "description": panel.says,
        "datasource": SOURCE,
        "gridPos": place,
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": [{**target, "datasource": SOURCE}],
    }
