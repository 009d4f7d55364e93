"""Outside work answered in the process, a module for each stage: kind -> who answers one claim."""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from shared.decider import Decider
from shared.events.base import Result
from shared.pipeline import Stage
from shared.runner.due import Claim, Work

Answer = Callable[[Claim], Awaitable[Result]]


def answers(stage: str) -> dict[str, Work]:
    """Kind of a stage's outside work -> who answers a batch."""
    found: dict[str, Answer] = importlib.import_module(f"tests.bench.answers.{stage}").ANSWERS
    return {kind: _batched(answer) for kind, answer in found.items()}


def _batched(answer: Answer) -> Work:
    async def work(claims: Sequence[Claim]) -> list[Result | None]:
        return [await answer(claim) for claim in claims]

    return work


def decider_of(stage: Stage) -> Decider[Any]:
    """A stage's rules, by its row in the table."""
    decider: Decider[Any] = importlib.import_module(f"{stage.package}.decide").DECIDER
    return decider
