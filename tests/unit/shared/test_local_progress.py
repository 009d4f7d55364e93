"""How a start is told on a terminal and elsewhere."""

import io

from rich.console import Console

from shared.local.progress import told


def say(*, terminal: bool) -> str:
    out = io.StringIO()
    with told(Console(file=out, force_terminal=terminal, width=80)) as report:
        report("Downloading", 0.0)
        report(None, 0.5)
        report("Starting")
    return out.getvalue()


def test_elsewhere_each_step_is_one_plain_line():
    assert say(terminal=False) == "Downloading\nStarting\n"


def test_on_a_terminal_there_is_a_bar():
    assert "━" in say(terminal=True)
