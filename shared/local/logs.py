"""What a log file says last: why its program died, in one line."""

import json
import re
from pathlib import Path

TAIL_BYTES = 65_536
WORDS = 300
FAULT = re.compile(r'"s":"[EF]"|^(?!\s*at ).*(?:ERROR|Error|Exception)\b')  # mongod's | java's


def tail(log: Path) -> list[str]:
    """The last lines that are not empty; none when there is no such file."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - TAIL_BYTES))
            lines = file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return []
    return [line.strip() for line in lines if line.strip()]


def last_words(log: Path) -> str:
    """The last line that speaks of an error, else the last line."""
    lines = tail(log)
    faults = [line for line in lines if FAULT.search(line)]
    return _plain((faults or lines or ["(nothing in its log)"])[-1])[:WORDS]


def _plain(line: str) -> str:
    """The message of a line of mongod; any other line as it is."""
    try:
        entry = json.loads(line)
        return f"{entry['msg']}: {json.dumps(entry['attr'])}"
    except (ValueError, TypeError, KeyError):
        return line
