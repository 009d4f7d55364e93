"""A row of the table of bad inputs: its words, what is sent, and the answer that is stated."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.integration.intake.bad_inputs.place import Place

Ask = Callable[[Place], Awaitable[dict[str, Any]]]


@dataclass(frozen=True)
class Row:
    """`words` begin with the row's number; `answer` is what must be among what `ask` found.

    Where it says nothing of complaints and messages, none may have been taken. `slow` rows wait
    for a limit of seconds.
    """

    words: str
    ask: Ask
    answer: Mapping[str, Any]
    slow: bool = False

    @property
    def number(self) -> int:
        return int(self.words.split()[0])

    @property
    def expected(self) -> dict[str, Any]:
        return {"complaints": 0, "messages": 0, **self.answer}
