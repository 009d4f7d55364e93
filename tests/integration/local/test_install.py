"""The first download when something is in its way."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from shared.errors import UsageError
from shared.local.install import installed

ROOT = Path(__file__).parents[3]


@pytest.fixture
def offline(monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)


@pytest.mark.usefixtures("offline")
def test_without_a_package_index_the_error_says_so_and_nothing_is_left_behind(tmp_path):
    steps = []

    with pytest.raises(UsageError, match=r"check the network .*install\.log"):
        installed(tmp_path, lambda step, _done=None: steps.append(step))

    assert steps[0] == "Downloading Java and MongoDB"
    assert {path.name for path in tmp_path.iterdir()} == {"lock", "install.log"}


def test_the_lock_is_in_the_wheel(tmp_path):
    project = tmp_path / "project"
    for name in "shared/local", "requirements", "services":
        shutil.copytree(ROOT / name, project / name, symlinks=True)
    shutil.copy(ROOT / "pyproject.toml", project)
    for name in "README.md", "LICENSE":
        (project / name).touch()

    subprocess.run(  # noqa: S603 - hatchling, on a copy
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=project,
        env=os.environ,
        check=True,
        capture_output=True,
    )

    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        packed = wheel.read("shared/local/servers.lock")
        assert "shared/local/server.properties" in wheel.namelist()
    assert packed == (ROOT / "requirements" / "servers.lock").read_bytes()
