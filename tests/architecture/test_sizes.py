"""Files and functions fit one look; one that grows past its size has two subjects."""

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILE, TEST_FILE, MAIN, PIPELINE, ALONE, FUNCTION = 200, 300, 40, 130, 280, 30
BANNED = ("manager", "helper", "utils", "processor", "DTO")


def sources():
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    return [ROOT / name for name in listed if (ROOT / name).exists()]


def length(node, docstring):
    return node.end_lineno - node.lineno + 1 - docstring


def docstring_lines(node):
    first = node.body[0] if node.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return first.end_lineno - first.lineno + 1 if isinstance(first.value.value, str) else 0
    return 0


def limit(path):
    if path.name == "main.py" and path.parts[-3] == "services":
        return MAIN
    if path == ROOT / "shared/pipeline.py":
        return PIPELINE
    if path == ROOT / "shared/audit/second_verifier.py":
        return ALONE  # one file that shares nothing, so that one person reads it whole
    return TEST_FILE if "tests" in path.relative_to(ROOT).parts[:1] else FILE


def test_no_file_is_longer_than_its_limit():
    over = []
    for path in sources():
        text = path.read_text("utf-8")
        tree = ast.parse(text)
        defs = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        docs = docstring_lines(tree) if tree.body else 0
        docs += sum(docstring_lines(n) for n in ast.walk(tree) if isinstance(n, defs))
        lines = text.count("\n") - docs
        if lines > limit(path):
            over.append(f"{path.relative_to(ROOT)}: {lines} lines of {limit(path)}")
    assert over == []


def test_no_function_is_longer_than_a_look():
    over = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = length(node, docstring_lines(node))
                if lines > FUNCTION:
                    over.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {lines}")
    assert over == []


@pytest.mark.parametrize("word", BANNED)
def test_no_name_says_nothing(word):
    named = [p for p in sources() if word.lower() in p.stem.lower()]
    assert named == []


def test_every_module_says_in_one_line_what_lives_there():
    silent = []
    for path in (p for p in sources() if p.relative_to(ROOT).parts[0] != "tests"):
        tree = ast.parse(path.read_text("utf-8"))
        if tree.body and ast.get_docstring(tree) is None:
            silent.append(str(path.relative_to(ROOT)))
    assert silent == []
