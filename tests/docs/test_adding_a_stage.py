"""The page about adding a stage, carried out in a copy of the repository."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/adding-a-stage.md").read_text("utf-8")
COPIED = (
    "shared",
    "services",
    "deploy",
    "docs",
    "requirements",
    "tests/architecture",
    "tests/recordings",
)
ALONE = (
    "pyproject.toml",
    "README.md",
    "tests/contract/test_schemas.py",
    "tests/contract/test_recordings.py",
)
TESTS = ("tests/architecture/test_table.py", "tests/contract", "tests/unit/escalation")
EDITED = ("shared/pipeline.py", "pyproject.toml", "shared/local/layout.py")


def new_files():
    """Each file that the page shows whole, by its path."""
    return re.findall(r"^`([\w/.]+)`:\n\n```\w+\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def changes():
    """Each change that the page shows, as the text before and after."""
    for hunk in re.findall(r"^```diff\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE):
        lines = hunk.splitlines(keepends=True)
        yield tuple("".join(x[1:] for x in lines if x[0] in kept) for kept in (" -", " +"))


def apply(change, copy):
    before, after = change
    (path,) = (p for name in EDITED if before in (p := copy / name).read_text("utf-8"))
    text = path.read_text("utf-8")
    assert text.count(before) == 1
    path.write_text(text.replace(before, after), "utf-8")


@pytest.fixture
def copy(tmp_path):
    for name in COPIED:
        skip = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, tmp_path / name, symlinks=True, ignore=skip)
    for name in ALONE:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def grown(copy):
    """The copy with everything on the page done."""
    for name, text in new_files():
        path = copy / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    for change in changes():
        apply(change, copy)
    return copy


def run(folder, *command, **settings):
    """Run one of our tools in the copy; what it says is the failure."""
    tool = Path(sys.executable).with_name(command[0])
    done = subprocess.run(  # noqa: S603 - our own tools
        [tool, *command[1:]],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_stage_of_the_page_is_complete_and_clean(grown):
    run(grown, "python", "-m", "shared.contract")
    run(grown, "python", "-m", "deploy.manifests")
    run(grown, "cog", "-r", "README.md", "docs/consuming-events.md", "docs/operations.md")
    run(grown, "python", "-m", "tests.recordings", "tests/unit/escalation")
    run(grown, "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS)
    run(grown, "lint-imports", "--no-cache")
    ours = [name for name, _ in new_files() if name.endswith(".py")]
    run(grown, "ruff", "check", "--no-cache", *ours, "shared/pipeline.py")
    run(grown, "ruff", "format", "--check", "--no-cache", *ours, "shared/pipeline.py")


def test_a_stage_without_its_folder_is_noticed(grown):
    shutil.rmtree(grown / "services/escalation")
    with pytest.raises(AssertionError, match="test_every_service_of_the_table_has_a_folder"):
        run(grown, "python", "-m", "pytest", "-q", TESTS[0])
