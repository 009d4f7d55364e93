"""Every command shows how it is called."""

import pytest
import typer

from shared.cli.main import build, main

COMMANDS = typer.main.get_command(build([]))


def paths(command, path=()):
    """The words of every command and group below, the root's first."""
    yield path
    for name, inner in getattr(command, "commands", {}).items():
        yield from paths(inner, (*path, name))


@pytest.mark.parametrize("path", [*paths(COMMANDS)], ids=str)
def test_the_help_of_every_command_shows_an_example(path, capsys):
    with pytest.raises(SystemExit) as end:
        main([*path, "--help"])

    assert end.value.code == 0
    assert "Example: " in capsys.readouterr().out


def test_a_group_without_a_command_shows_its_help_and_says_no_more(capsys):
    with pytest.raises(SystemExit) as end:
        main(["topics"])

    said = capsys.readouterr()
    assert (end.value.code, said.err) == (2, "")
    assert "Usage: redress topics" in said.out
