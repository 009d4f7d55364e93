"""Prometheus rules out of the objectives: recordings, burn-rate alerts, and the plain alerts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict, Field

from deploy.workloads import meta
from shared.pipeline import LANES, ROWS

FILE = Path(__file__).parent / "objectives.yaml"
RUNBOOKS = "docs/runbooks"  # of the version that is deployed
Rule = dict[str, Any]


class Burn(NamedTuple):
    """Both windows must burn the budget of 30 days that many times too fast."""

    severity: Literal["page", "ticket"]
    long: str
    short: str
    factor: float


BURNS = (
    Burn("page", "1h", "5m", 14.4),
    Burn("page", "6h", "30m", 6),
    Burn("ticket", "1d", "2h", 3),
    Burn("ticket", "3d", "6h", 1),
)


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Objective(_Strict):
    """A promise; `good` and `all` are rates over WINDOW, `by` the labels that each keeps."""

    name: str = Field(pattern=r"^[A-Z][A-Za-z]+$")
    says: str
    share: float = Field(gt=0, lt=1)
    by: tuple[str, ...] = ()
    good: str
    all: str

    def recorded(self, window: str) -> str:
        """The name of the series that holds the share of bad events."""
        return f"redress:{_snake(self.name)}:error_ratio_{window}"


class Alert(_Strict):
    """Something that must not be, for longer than `for`."""

    name: str = Field(pattern=r"^[A-Z][A-Za-z]+$")
    expr: str
    for_: str = Field(alias="for")
    severity: Literal["page", "ticket"]
    says: str


class Watched(_Strict):
    """The whole file."""

    version: str
    objectives: tuple[Objective, ...]
    alerts: tuple[Alert, ...]


def watched() -> Watched:
    """The objectives and alerts as they stand in data."""
    return Watched.model_validate(yaml.safe_load(FILE.read_text("utf-8")))


def groups() -> list[dict[str, Any]]:
    """The rule groups, as Prometheus and its operator both take them."""
    found = watched()
    windows = sorted({window for burn in BURNS for window in (burn.long, burn.short)})
    recordings = [_recording(one, window) for one in found.objectives for window in windows]
    burning = [alert for one in found.objectives for alert in _burning(one)]
    return [
        {"name": "redress-objectives", "interval": "30s", "rules": [*recordings, *burning]},
        {"name": "redress-alerts", "rules": [_plain(alert) for alert in found.alerts]},
    ]


def names() -> list[str]:
    """Every alert, each once."""
    rules = (rule for group in groups() for rule in group["rules"])
    return list(dict.fromkeys(rule["alert"] for rule in rules if "alert" in rule))


def operators() -> Rule:
    """The same for Prometheus' operator."""
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": meta("redress"),
        "spec": {"groups": groups()},
    }


def _recording(one: Objective, window: str) -> Rule:
    good, every = (text.replace("WINDOW", window) for text in (one.good, one.all))
    return {"record": one.recorded(window), "expr": f"1 - ({good}) / ({every})"}


def _burning(one: Objective) -> Iterator[Rule]:
    for severity in ("page", "ticket"):
        fast = (_fast(one, burn) for burn in BURNS if burn.severity == severity)
        yield _alert(f"Redress{one.name}Burns", " or ".join(fast), "0m", severity, one.says)


def _fast(one: Objective, burn: Burn) -> str:
    limit = f"{burn.factor * (1 - one.share):.6g}"
    both = (f"{one.recorded(window)} > {limit}" for window in (burn.long, burn.short))
    return f"({' and '.join(both)})"


def _plain(alert: Alert) -> Rule:
    expr = _of_each_consumer(alert.expr) if "STAGE" in alert.expr else alert.expr
    return _alert(f"Redress{alert.name}", expr, alert.for_, alert.severity, alert.says)


def _of_each_consumer(expr: str) -> str:
    return " or ".join(
        expr.replace("STAGE", row.name).replace("LANE", lane) for row in ROWS for lane in LANES
    )


def _alert(name: str, expr: str, for_: str, severity: str, says: str) -> Rule:
    return {
        "alert": name,
        "expr": expr,
        "for": for_,
        "labels": {"severity": severity},
        "annotations": {"summary": says, "runbook": f"{RUNBOOKS}/{name}.md"},
    }


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")
