"""Telling the other case: that one waits for it, waits no more, or need not wait any longer."""

from __future__ import annotations

from contextlib import suppress
from typing import cast

from services.triage.merging.state import ENDED, JOINED
from services.triage.state import TriageState
from shared.envelope import named_id
from shared.events.triage import LeadingEnded, MergeInformed, MergeNoticed, UnmergeNoticed
from shared.http.errors import ProblemError
from shared.runner.door import Door, Request
from shared.runner.due import Claim, Work, each
from shared.runner.wiring import Wiring

News = MergeNoticed | UnmergeNoticed | LeadingEnded


def telling(wiring: Wiring) -> Work:
    """The work of a case that another must hear of."""
    # The stage's door is opened after its parts are made.
    return each(lambda claim: tell(wiring.doors["triage"], claim))


async def tell(door: Door, claim: Claim) -> MergeInformed:
    """Tell the other, once however often. Raises TransientError."""
    key, put_by, to = claim.item.key, claim.item.event, str(claim.item.arguments["to"])
    there = cast("TriageState | None", await door.state(to))
    known = there is not None and there.classified
    if there is not None and known:
        request = Request(named_id(to, f"{put_by}|{key}"), "", {})
        with suppress(ProblemError):  # the complaint was erased: nobody is left to tell
            await door.accept(
                news(claim), complaint=to, actor="system", lane=there.lane, request=request
            )
    return MergeInformed(key=key, put_by=put_by, known=known)


def news(claim: Claim) -> News:
    """What the other hears."""
    said, me = claim.item.arguments, claim.complaint
    if said["what"] == JOINED:
        return MergeNoticed(other=me, staff=str(said["staff"]))
    if said["what"] == ENDED:
        return LeadingEnded(leading=me, reason=str(said["reason"]), assignee=said["assignee"])
    return UnmergeNoticed(other=me)
