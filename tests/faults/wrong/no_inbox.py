"""Remembers nothing of what was applied: a record that comes again is applied again."""

from typing import Any

from shared.runner import settle
from shared.runner.fold import Fold
from shared.runner.folded import Incoming


class Forgetful(Fold):
    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.stored = set()

    def _seen(self, it: Incoming) -> bool:  # noqa: ARG002 - the signature of what it replaces
        return False


settle.Fold = Forgetful  # type: ignore[misc] # the one part that differs
