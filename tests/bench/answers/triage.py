"""Assignees: the stage's own rule, over a count of what was given away."""

from __future__ import annotations

from typing import Any

from services.triage.rules.placing import place
from shared.events.triage import AssigneeFound

NO_LIMIT = 2**31
load: dict[str, int] = {}


async def find(claim: Any) -> AssigneeFound:
    who = place(claim.state, load, NO_LIMIT, claim.now).assignee
    cases = load[who] if who else 0
    return AssigneeFound(
        key=claim.item.key, put_by=claim.item.event, assignee=who, open_cases=cases
    )


ANSWERS = {"find_assignee": find}
