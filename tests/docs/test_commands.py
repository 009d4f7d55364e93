"""Every command that the pages show exists, with its options."""

import re
import shlex
from functools import cache
from pathlib import Path

import pytest
from typer.main import get_command

from shared.cli.main import COMMANDS, build

ROOT = Path(__file__).parents[2]
PAGES = [
    *ROOT.glob("*.md"),
    *(ROOT / "docs").glob("*.md"),
    *(ROOT / "docs/runbooks").glob("*.md"),
    *(ROOT / "shared/decisions").glob("*.md"),
]
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
# From where a command starts in a shell to a pipe, a list, a redirection or a comment.
WORD = r"(?:'[^']*'|\"[^\"]*\"|[^\s|;&<>#()\"']+)"
COMMAND = re.compile(
    rf"(?:^|[|;&(] *)(?:[A-Z_]+=\S+ +)*(redress|make)((?: +{WORD})+)", re.MULTILINE
)


def uses(program):
    """Each use of a program in a fenced block of a page, as the words after its name."""
    for page in PAGES:
        found = page.read_text("utf-8")
        # A runbook names its commands within its sentences.
        inline = re.findall(r"`(redress [^`]+)`", found) if page.parent.name == "runbooks" else []
        for block in re.findall(r"^```sh\n(.*?)^```", found, re.DOTALL | re.MULTILINE) + inline:
            text = block.replace("\\\n", " ")
            for name, words in COMMAND.findall("\n".join(map(uncommented, text.splitlines()))):
                if name == program:
                    yield pytest.param(shlex.split(words), id=f"{page.name}:{words.strip()}")


def shown(program):
    return list(uses(program))


def uncommented(line):
    return re.sub(r"\s#\s.*", "", line)


@cache
def command_line(group):
    return get_command(build([group]))


def leaf(words):
    """The command that the words lead to, and the words that are left for it."""
    command, rest = command_line(words[0]), list(words)
    while rest and rest[0] in getattr(command, "commands", {}):
        command = command.commands[rest.pop(0)]
    return command, rest


@pytest.mark.parametrize("words", shown("redress"))
def test_a_redress_command_of_the_pages_exists(words):
    assert words[0] in COMMANDS
    command, rest = leaf(words)
    assert not hasattr(command, "commands"), f"{words} names no command"
    command.make_context("redress", rest)


@pytest.mark.parametrize("words", shown("make"))
def test_a_make_target_of_the_pages_exists(words):
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    variables = set(re.findall(r"^([A-Z]+) \?=", MAKEFILE, re.MULTILINE))
    assert {word.partition("=")[0] for word in words} <= targets | variables


def test_the_pages_show_enough_to_be_worth_checking():
    assert len(shown("redress")) > 20
    assert len(shown("make")) > 5


@pytest.mark.parametrize("command", ["audit verify", "dead-letters redrive"])
def test_an_option_that_does_not_exist_is_noticed(command):
    found, rest = leaf([*command.split(), "--no-such-option"])
    with pytest.raises(Exception, match="no-such-option"):
        found.make_context("redress", rest)
