"""Links between complaints: no two of the bench speak of one thing."""

from __future__ import annotations

from typing import Any

from shared.events.intake import LinksFound


async def compare(claim: Any) -> LinksFound:
    return LinksFound(key=claim.item.key, put_by=claim.item.event, links=())


ANSWERS = {"compare_complaint": compare}
