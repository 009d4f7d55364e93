"""The committed recordings: one file of events a history, and the state that they must fold to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.audit.replay import decider_of, fold
from shared.decider import State
from shared.envelope import OWNER, Envelope, read

FOLDER = Path(__file__).parent / "histories"


@dataclass(frozen=True)
class Recording:
    """One complaint in one stage; `values` are the events' bytes as they were written."""

    path: Path

    @property
    def stage(self) -> str:
        """Whose events these are."""
        return self.path.parent.name

    @property
    def values(self) -> list[bytes]:
        """The bytes of each event, in their order."""
        return self.path.read_bytes().splitlines()

    @property
    def types(self) -> set[str]:
        """The types and versions as they were written."""
        return {json.loads(value)["type"] for value in self.values}

    @property
    def expected(self) -> dict[str, Any]:
        """The state that the events made when they were recorded."""
        found: dict[str, Any] = json.loads(self.path.with_suffix(".json").read_bytes())
        return found

    def events(self) -> list[Envelope]:
        """The events as today's reader reads them."""
        return [read(value, []) for value in self.values]

    def state(self) -> State:
        """The state that today's rules fold."""
        return fold(self.stage, self.events())

    def stored(self) -> State:
        """The recorded state as today's rules read it from a store."""
        found: State = decider_of(self.stage).state.model_validate(self.expected)
        return found

    def note_state(self) -> None:
        """Write down what the events fold to."""
        text = json.dumps(self.state().model_dump(mode="json"), indent=1, sort_keys=True)
        self.path.with_suffix(".json").write_text(f"{text}\n", "utf-8")


def recordings() -> list[Recording]:
    """All that are committed."""
    return [Recording(path) for path in sorted(FOLDER.glob("*/*.jsonl"))]


def unrecorded() -> set[str]:
    """The released event versions that stand in no recording."""
    return set(OWNER) - {name for recording in recordings() for name in recording.types}
