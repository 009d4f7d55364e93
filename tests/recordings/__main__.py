"""Record event versions that no recording holds yet: python -m tests.recordings [TESTS].

It runs the tests of the rules (or TESTS alone, which is quicker) and keeps, of the complaints that
they play through, the fewest that show every unrecorded version. What is recorded stays as it is.
With --states the expected states are written anew: for a change of `evolve` that is meant.
"""

from __future__ import annotations

import sys
from typing import Any

import pytest

from shared.audit.replay import fold
from shared.envelope import Envelope, digest, read, write
from shared.sealed import seal
from shared.testing.builders import KEY
from shared.testing.scenario import Scenario
from tests.recordings.corpus import FOLDER, Recording, recordings, unrecorded

STAGES = ("intake", "linking", "verification", "triage", "investigation", "resolution", "notify")
TESTS = [*(f"tests/unit/{name}" for name in STAGES), "tests/unit/shared/test_lanes_raised.py"]
History = list[Envelope]


def played(tests: list[str]) -> list[History]:
    """The histories of all complaints that the tests play through."""
    found: list[Scenario[Any]] = []
    begin = Scenario.__init__

    def noted(self: Scenario[Any], *arguments: Any, **more: Any) -> None:
        begin(self, *arguments, **more)
        found.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Scenario, "__init__", noted)
        pytest.main(["-q", "-p", "no:cacheprovider", *tests])
    return [scenario.envelopes for scenario in found if scenario.envelopes]


def written(history: History) -> list[bytes] | None:
    """The bytes of a history, sealed and chained; None where it is not one complaint's own."""
    values: list[bytes] = []
    for sequence, event in enumerate(history, 1):
        if event.sequence != sequence or event.stage != history[0].stage:
            return None
        seal(event.data, KEY, event.id)
        before = digest(values[-1]) if values else ""
        values.append(write(event.model_copy(update={"prevhash": before})))
    try:
        fold(history[0].stage, [read(value, []) for value in values])
    except Exception:  # noqa: BLE001 - a test that began in the middle; any rule may stumble on it
        return None
    return values


def keep(histories: list[History]) -> None:
    """Write the fewest histories that show what is unrecorded."""
    missing, left = unrecorded(), list(histories)
    while missing and left:
        best = max(left, key=lambda one: (len(missing & types(one)), -len(one)))
        left.remove(best)
        new = missing & types(best)
        if not new:
            break
        if values := written(best):
            path = FOLDER / best[0].stage / f"{min(new).removeprefix('redress.')}.jsonl"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"".join(value + b"\n" for value in values))
            Recording(path).note_state()
            missing -= new


def types(history: History) -> set[str]:
    """The types that stand in a history."""
    return {event.type for event in history}


def main(arguments: list[str]) -> int:
    """Record; exit 1 where something stays unrecorded."""
    if "--states" in arguments:
        for recording in recordings():
            recording.note_state()
    elif unrecorded():
        keep(played(arguments or TESTS))
    for name in sorted(unrecorded()):
        sys.stderr.write(f"{name} stands in no recording: write a test that plays it\n")
    return bool(unrecorded())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
