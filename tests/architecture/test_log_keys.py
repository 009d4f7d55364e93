"""What a line of the log says is not dropped on its way out."""

import ast
from pathlib import Path

from shared.log import ALLOWED

ROOT = Path(__file__).parents[2]
METHODS = ("debug", "info", "warning", "error", "exception", "bind")


def keys(path):
    """Each key that a logger is given in a module, with its line."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name("log"), attr=attr)) if attr in METHODS:
                yield from ((node.lineno, given.arg) for given in node.keywords if given.arg)


def test_every_key_that_is_logged_is_one_that_the_log_lets_through():
    paths = [path for folder in ("shared", "services") for path in (ROOT / folder).rglob("*.py")]
    given = [
        (f"{path.relative_to(ROOT)}:{line}", key) for path in paths for line, key in keys(path)
    ]

    assert len(given) > 20
    assert [one for one in given if one[1] not in ALLOWED] == []
