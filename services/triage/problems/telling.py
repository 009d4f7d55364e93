"""Telling the members of a problem: that there is one, or that it is mended."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from services.triage import looking
from services.triage.problems.state import OPENED
from services.triage.state import TriageState
from shared.envelope import named_id
from shared.events.triage import MembersInformed, ProblemFixNoticed, ProblemNoticed
from shared.http.errors import ProblemError
from shared.runner.door import Door, Request
from shared.runner.due import Claim, Work, each
from shared.runner.wiring import Wiring

AT_ONCE = 50
News = ProblemNoticed | ProblemFixNoticed


def telling(wiring: Wiring) -> Work:
    """The work of a case that others must hear of."""
    # The stage's door is opened after its parts are made.
    return each(lambda claim: tell(wiring.doors["triage"], wiring.database["triage"], claim))


async def tell(door: Door, collection: Any, claim: Claim) -> MembersInformed:
    """Tell the next members, each once however often. Raises TransientError."""
    state: TriageState = claim.state
    key, put_by = claim.item.key, claim.item.event
    if state.problem is None or state.alike is None:  # never: who tells is a member
        return MembersInformed(key=key, put_by=put_by, told=0)
    opened = claim.item.arguments["what"] == OPENED
    found = await looking.members(
        collection,
        state.alike,
        state.problem.since,
        claim.item.arguments.get("last"),
        problem=None if opened else state.problem.id,
        most=AT_ONCE,
    )
    others = [id_ for id_ in (row.partition("|")[2] for row in found) if id_ != claim.complaint]
    for other in others:
        await _told(door, other, _news(claim, state.problem.id))
    last = found[-1] if len(found) == AT_ONCE else None
    return MembersInformed(key=key, put_by=put_by, told=len(others), last=last)


async def _told(door: Door, other: str, news: News) -> None:
    there = await door.state(other)
    request = Request(named_id(other, f"{news.event_type}|{news.problem_id}"), "", {})
    lane = there.lane if there else "normal"
    with suppress(ProblemError):  # the complaint was erased: nobody is left to tell
        await door.accept(news, complaint=other, actor="system", lane=lane, request=request)


def _news(claim: Claim, problem_id: str) -> News:
    said = claim.item.arguments
    if said["what"] == OPENED:
        return ProblemNoticed(problem_id=problem_id, since=claim.state.problem.since)
    return ProblemFixNoticed(problem_id=problem_id, reason=said["reason"], staff=said["staff"])
