"""Triage's outside work: what only the other cases tell, and what they are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.triage import looking
from services.triage.looking import Earlier
from services.triage.merging.telling import telling as merge_news
from services.triage.problems.rules import Seen, surge_of, watched
from services.triage.problems.telling import telling
from services.triage.rules.placing import place
from services.triage.state import TriageState
from shared.events.triage import AssigneeFound, Surge
from shared.log import get_logger
from shared.policy import SurgePolicy, TriagePolicy
from shared.runner.app import Wiring
from shared.runner.due import Claim, Work

log = get_logger(__name__)


def work(wiring: Wiring) -> Mapping[str, Work]:
    """Looks for assignees, tells the members of a problem, and cases of those that wait."""
    assigning = Assigning(wiring.database["triage"], wiring.policy.triage)
    return {
        "find_assignee": assigning.find,
        "tell_members": telling(wiring),
        "tell_merge": merge_news(wiring),
    }


@dataclass(frozen=True)
class Assigning:
    """Looks at the other cases: a batch asks once and counts what it gives away itself."""

    collection: Any
    policy: TriagePolicy

    async def find(self, claims: Sequence[Claim]) -> list[AssigneeFound]:
        """Who takes these cases, and what the others tell of them. Raises TransientError."""
        now = min(claim.now for claim in claims)
        load = await looking.open_cases(self.collection)
        known = await self._customers(claims, now)
        keys = {claim.complaint: _compared_by(claim, self.policy.surge) for claim in claims}
        since = now - self.policy.surge.within
        alike = await looking.alike(self.collection, set(filter(None, keys.values())), since)
        surges = {claim.complaint: self._surge(claim, keys, alike) for claim in claims}
        return [self._found(claim, load, known, surges[claim.complaint]) for claim in claims]

    async def _customers(
        self, claims: Sequence[Claim], now: datetime
    ) -> Mapping[str, Sequence[Earlier]]:
        users = {claim.state.user_id for claim in claims if claim.state.user_id}
        since = now - max(self.policy.sticky, self.policy.repeated.within)
        return await looking.of_customers(self.collection, users, since)

    def _found(
        self,
        claim: Claim,
        load: dict[str, int],
        known: Mapping[str, Sequence[Earlier]],
        surge: Surge | None,
    ) -> AssigneeFound:
        state: TriageState = claim.state
        earlier = [e for e in known.get(state.user_id or "", ()) if e.complaint != claim.complaint]
        owners = {e.assignee for e in earlier if e.open and e.assignee}
        lately = self._lately(earlier, claim.now)
        placed = place(state, load, self.policy.capacity, claim.now, owners)
        return AssigneeFound(
            key=claim.item.key,
            put_by=claim.item.event,
            assignee=placed.assignee,
            open_cases=load[placed.assignee] if placed.assignee else 0,
            reason=placed.reason,
            free_at=placed.free_at,
            complaints=1 + len(lately),
            complained_at=lately,
            surge=surge,
        )

    def _lately(self, earlier: Sequence[Earlier], now: datetime) -> tuple[datetime, ...]:
        since = now - self.policy.repeated.within
        return tuple(one.classified_at for one in earlier if one.classified_at >= since)

    def _surge(
        self, claim: Claim, keys: Mapping[str, str | None], alike: Mapping[str, Sequence[Seen]]
    ) -> Surge | None:
        if (key := keys[claim.complaint]) is None:
            return None
        me = Seen(claim.complaint, claim.state.user_id, None)
        return surge_of(key, me, alike.get(key, ()), self.policy.surge, claim.now)


def _compared_by(claim: Claim, policy: SurgePolicy) -> str | None:
    """One case that cannot be compared is assigned all the same, and holds up no other."""
    try:
        return watched(claim.state, policy)
    except ValueError as error:
        name = type(error).__name__
        log.warning("a case is compared with none", complaint_id=claim.complaint, error_class=name)
        return None
