"""A complaint's milestones as durations and labels. Pure."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

import orjson

from shared.events.intake import ComplaintReceived
from shared.events.investigation import RemedyProposed
from shared.events.resolution import AppealAdmitted, DecisionMade
from shared.events.triage import CaseAssigned, CaseRecategorised
from shared.events.verification import AdmissibilityDecided
from shared.figures import Handled, of_case

RECEIVED, ADMITTED = ComplaintReceived.event_type, AdmissibilityDecided.event_type
ASSIGNED, PROPOSED = CaseAssigned.event_type, RemedyProposed.event_type
RECATEGORISED = CaseRecategorised.event_type
APPEALED, DECIDED = AppealAdmitted.event_type, DecisionMade.event_type
RULES = ("playbook:", "rule:")
STAGES = (
    ("triage", ADMITTED, ASSIGNED),
    ("investigation", ASSIGNED, PROPOSED),
    ("resolution", PROPOSED, DECIDED),
)


class Told(NamedTuple):
    """What one event told, and when."""

    time: datetime
    data: Mapping[str, Any]


@dataclass
class Story:
    """Each milestone by type and level: the earliest instant, and all that was told, in order."""

    times: dict[tuple[str, int], datetime] = field(default_factory=dict)
    told: dict[tuple[str, int], list[Told]] = field(default_factory=dict)

    @property
    def received_at(self) -> datetime | None:
        """When the complaint reached us; None while its own event has not."""
        facts = self._facts()
        return datetime.fromisoformat(facts["received_at"]) if facts else None

    def labels(self, level: int = 1) -> Sequence[str]:
        """Category, language and channel; before the case is assigned, what the customer said."""
        facts, case = self._facts(), self._case(level)
        return of_case(
            case.get("category") or facts.get("category_hint"),
            case.get("language") or facts.get("language_hint"),
            facts.get("channel"),
        )

    def team(self, level: int = 1) -> str:
        """The team that had the case."""
        return str(self._case(level).get("team") or "none")

    def by(self, level: int) -> Handled:
        """Who proposed the remedy."""
        proposed = self._held(self.told.get((PROPOSED, level), []), level)
        return "rules" if str(proposed.get("proposed_by")).startswith(RULES) else "people"

    def level_of(self, decision: str) -> int:
        """The level at which that decision was made; 1 where it is not known."""
        decided = (
            level
            for (kind, level), told in self.told.items()
            for one in told
            if kind == DECIDED and one.data["decision_id"] == decision
        )
        return next(decided, 1)

    def stages(self, level: int) -> Iterable[tuple[str, float]]:
        """How many seconds the complaint stood in each stage on its way to that decision."""
        if level == 1:
            yield from self._span("intake", self.received_at, self.times.get((RECEIVED, 1)))
            admitted = self.times.get((ADMITTED, 1))
            yield from self._span("verification", self.times.get((RECEIVED, 1)), admitted)
        for stage, since, until in STAGES:
            begin = APPEALED if since == ADMITTED and level > 1 else since
            times = self.times.get((begin, level)), self.times.get((until, level))
            yield from self._span(stage, *times)

    @staticmethod
    def _span(
        stage: str, since: datetime | None, until: datetime | None
    ) -> Iterable[tuple[str, float]]:
        if since and until:
            yield stage, max((until - since).total_seconds(), 0.0)

    def _facts(self) -> Mapping[str, Any]:
        received = self.told.get((RECEIVED, 1))
        facts: Mapping[str, Any] = received[0].data["facts"] if received else {}
        return facts

    def _case(self, level: int) -> Mapping[str, Any]:
        """What the case was when that level was decided, or is now: a correction moves it too."""
        assigned = self.told.get((ASSIGNED, level)) or self.told.get((ASSIGNED, 1), [])
        corrected = self.told.get((RECATEGORISED, 1), [])
        return self._held(sorted([*assigned, *corrected], key=attrgetter("time")), level)

    def _held(self, told: Sequence[Told], level: int) -> Mapping[str, Any]:
        """What stood when that level was decided; the first of all where clocks disagree."""
        until = self.times.get((DECIDED, level))
        before = [one.data for one in told if until is None or one.time <= until]
        return ChainMap({}, *reversed(before or [one.data for one in told[:1]]))


def story(rows: Iterable[Mapping[str, Any]]) -> Story:
    """What the milestones of one complaint tell, in any order, some twice."""
    found = Story()
    for row in sorted(rows, key=lambda row: row["time"]):
        data = orjson.loads(bytes(row["value"]))["data"]
        place = row["type"], int(data.get("level") or 1)
        found.times.setdefault(place, row["time"])
        found.told.setdefault(place, []).append(Told(row["time"], data))
    return found
