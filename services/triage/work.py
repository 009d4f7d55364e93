"""Triage's outside work: what only the other cases tell, and what they are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.triage import looking
from services.triage.looking import Earlier
from services.triage.problems.rules import Seen, surge_of, watched
from services.triage.problems.telling import telling
from services.triage.rules.placing import place
from services.triage.state import TriageState
from shared.events.triage import AssigneeFound, Surge
from shared.policy import TriagePolicy
from shared.runner.app import Wiring
from shared.runner.due import Claim, Work


def work(wiring: Wiring) -> Mapping[str, Work]:
    """Looks for assignees, and tells the members of a problem."""
    assigning = Assigning(wiring.database["triage"], wiring.policy.triage)
    return {"find_assignee": assigning.find, "tell_members": telling(wiring)}


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
        alike = await self._alike(claims, now)
        return [self._found(claim, load, known, alike) for claim in claims]

    async def _customers(
        self, claims: Sequence[Claim], now: datetime
    ) -> Mapping[str, Sequence[Earlier]]:
        users = {claim.state.user_id for claim in claims if claim.state.user_id}
        since = now - max(self.policy.sticky, self.policy.repeated.within)
        return await looking.of_customers(self.collection, users, since)

    async def _alike(self, claims: Sequence[Claim], now: datetime) -> Mapping[str, Sequence[Seen]]:
        keys = {key for claim in claims if (key := watched(claim.state, self.policy.surge))}
        return await looking.alike(self.collection, keys, now - self.policy.surge.within)

    def _found(
        self,
        claim: Claim,
        load: dict[str, int],
        known: Mapping[str, Sequence[Earlier]],
        alike: Mapping[str, Sequence[Seen]],
    ) -> AssigneeFound:
        state: TriageState = claim.state
        earlier = [e for e in known.get(state.user_id or "", ()) if e.complaint != claim.complaint]
        owners = {e.assignee for e in earlier if e.open and e.assignee}
        placed = place(state, load, self.policy.capacity, claim.now, owners)
        return AssigneeFound(
            key=claim.item.key,
            put_by=claim.item.event,
            assignee=placed.assignee,
            open_cases=load[placed.assignee] if placed.assignee else 0,
            reason=placed.reason,
            free_at=placed.free_at,
            complaints=1 + self._lately(earlier, claim.now),
            surge=self._surge(claim, alike),
        )

    def _lately(self, earlier: Sequence[Earlier], now: datetime) -> int:
        since = now - self.policy.repeated.within
        return sum(one.classified_at >= since for one in earlier)

    def _surge(self, claim: Claim, alike: Mapping[str, Sequence[Seen]]) -> Surge | None:
        key, policy = watched(claim.state, self.policy.surge), self.policy.surge
        if key is None:
            return None
        me = Seen(claim.complaint, claim.state.user_id, None)
        return surge_of(key, me, alike.get(key, ()), policy, claim.now)
