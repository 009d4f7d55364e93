"""Programs that put a wrong part in the place of a right one name a part that is really used."""

import ast
import importlib
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PROGRAMS = [
    *(TESTS / "faults/wrong").glob("*.py"),
    TESTS / "faults/one_process.py",
    TESTS / "e2e/wrong_runner.py",
]


def replaced(path):
    """Each `module.Part = …` where the module is one of the runner's."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        targets = node.targets if isinstance(node, ast.Assign) else []
        for target in targets:
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
                yield target.value.id, target.attr


PARTS = sorted({part for path in PROGRAMS for part in replaced(path) if part[1][0].isupper()})


@pytest.mark.parametrize(("module", "part"), PARTS)
def test_a_part_that_is_replaced_is_there(module, part):
    assert hasattr(importlib.import_module(f"shared.runner.{module}"), part)


def test_some_parts_are_replaced():
    assert ("assembling", "LaneConsumer") in PARTS
