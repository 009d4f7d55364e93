"""The weights, windows and words of the takeover playbook, as they stand in data."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from importlib.resources import files

import yaml
from pydantic import TypeAdapter


@dataclass(frozen=True)
class Weight:
    """What a signal counts, and how long before the complaint it still does."""

    weight: int
    window: timedelta


@dataclass(frozen=True)
class Travel:
    """Faster and further than this nobody moves."""

    faster_than_km_h: float
    further_than_km: float


@dataclass(frozen=True)
class Burst:
    """So many failures within a time."""

    failures: int
    within: timedelta


@dataclass(frozen=True)
class Drain:
    """This share of the balance within a time."""

    share: Decimal
    within: timedelta


@dataclass(frozen=True)
class UnderLimit:
    """An amount below a limit by no more than this share of it."""

    limits_usd: tuple[Decimal, ...]
    margin: Decimal


@dataclass(frozen=True)
class Outcome:
    """What a finding means: the remedy, what is frozen, whether withdrawals are stopped."""

    remedy: str
    freeze: tuple[str, ...]
    cancel: bool
    explanation: str


@dataclass(frozen=True)
class TakeoverRules:
    """The whole table, with its version."""

    version: str
    alert: int
    interdict: int
    signals: dict[str, Weight]
    changes: dict[str, str]
    after_change: timedelta
    travel: Travel
    burst: Burst
    sessions_within: timedelta
    dormant_after: timedelta
    drain: Drain
    under_limit: UnderLimit
    hosting_networks: frozenset[int]
    private_networks: frozenset[int]
    dollars: frozenset[str]
    failed: frozenset[str]
    void: frozenset[str]
    not_broadcast: frozenset[str]
    given_away: frozenset[str]
    findings: dict[str, Outcome]


def _load() -> TakeoverRules:
    text = files("services.investigation.data").joinpath("takeover.yaml").read_text("utf-8")
    return TypeAdapter(TakeoverRules).validate_python(yaml.safe_load(text))


TAKEOVER = _load()
