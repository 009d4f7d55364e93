"""What a channel's answer is to the stage: the letter was taken, or refused for good."""

from __future__ import annotations

from typing import cast

from shared.events.notify import Channel, LetterHandled
from shared.runner.due import Claim


class RefusedError(Exception):
    """A channel's final no; `problem` is a code."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def handled(claim: Claim, problem: str | None = None) -> LetterHandled:
    """The result of sending one letter; `problem` is a code. The item's kind is the channel."""
    return LetterHandled(
        key=claim.item.key,
        put_by=claim.item.event,
        letter_id=str(claim.item.arguments["letter_id"]),
        channel=cast("Channel", claim.item.kind),
        status="refused" if problem else "sent",
        at=claim.now,
        problem=problem,
    )
