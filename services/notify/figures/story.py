"""A complaint's milestones as durations and labels. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from shared.events.intake import ComplaintReceived
from shared.events.investigation import RemedyProposed
from shared.events.resolution import AppealAdmitted, DecisionMade
from shared.events.triage import CaseAssigned
from shared.events.verification import AdmissibilityDecided
from shared.figures import Handled, of_case

RECEIVED, ADMITTED = ComplaintReceived.event_type, AdmissibilityDecided.event_type
ASSIGNED, PROPOSED = CaseAssigned.event_type, RemedyProposed.event_type
APPEALED, DECIDED = AppealAdmitted.event_type, DecisionMade.event_type
RULES = ("playbook:", "rule:")
STAGES = (
    ("triage", ADMITTED, ASSIGNED),
    ("investigation", ASSIGNED, PROPOSED),
    ("resolution", PROPOSED, DECIDED),
)


@dataclass
class Story:
    """The earliest instant and the data of each milestone, by type and level."""

    times: dict[tuple[str, int], datetime] = field(default_factory=dict)
    told: dict[tuple[str, int], Mapping[str, Any]] = field(default_factory=dict)

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
        proposed = self.told.get((PROPOSED, level), {})
        return "rules" if str(proposed.get("proposed_by")).startswith(RULES) else "people"

    def level_of(self, decision: str) -> int:
        """The level at which that decision was made; 1 where it is not known."""
        decided = ((kind, level, data) for (kind, level), data in self.told.items())
        return next(
            (lv for k, lv, d in decided if k == DECIDED and d["decision_id"] == decision), 1
        )

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
        facts: Mapping[str, Any] = self.told.get((RECEIVED, 1), {}).get("facts", {})
        return facts

    def _case(self, level: int) -> Mapping[str, Any]:
        return self.told.get((ASSIGNED, level)) or self.told.get((ASSIGNED, 1), {})


def story(rows: Iterable[Mapping[str, Any]]) -> Story:
    """What the milestones of one complaint tell, in any order, some twice."""
    found = Story()
    for row in rows:
        data = orjson.loads(bytes(row["value"]))["data"]
        place = row["type"], int(data.get("level") or 1)
        if place not in found.times or row["time"] < found.times[place]:
            found.times[place], found.told[place] = row["time"], data
    return found
