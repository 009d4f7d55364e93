"""Folders, keys, logs and the state file of a local installation."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from shared.local import state
from shared.local.children import born, signal_if_same
from shared.local.folders import built
from shared.local.keys import keys
from shared.local.logs import last_words
from shared.local.places import cache_dir, state_dir


def test_the_folders_follow_the_desktop_convention(monkeypatch):
    for name in "REDRESS_CACHE_DIR", "REDRESS_STATE_DIR", "XDG_DATA_HOME":
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/home/ann")
    monkeypatch.setenv("XDG_CACHE_HOME", "/fast")

    assert cache_dir() == Path("/fast/redress")
    assert state_dir() == Path("/home/ann/.local/share/redress")


def test_the_folders_can_be_chosen(monkeypatch, tmp_path):
    monkeypatch.setenv("REDRESS_CACHE_DIR", str(tmp_path))

    assert cache_dir() == tmp_path


def test_secrets_are_made_once_for_their_owner_alone(tmp_path):
    first = keys(tmp_path)

    assert keys(tmp_path) == first
    assert (tmp_path / "secrets.env").stat().st_mode & 0o777 == 0o600
    assert len(bytes.fromhex(first["REDRESS_TOKEN_KEY"])) == 32


def test_a_secret_that_is_missing_is_made_and_the_others_are_kept(tmp_path):
    first = keys(tmp_path)
    (tmp_path / "secrets.env").write_text(f"REDRESS_MASTER_KEY={first['REDRESS_MASTER_KEY']}\n")

    again = keys(tmp_path)

    assert again["REDRESS_MASTER_KEY"] == first["REDRESS_MASTER_KEY"]
    assert again["REDRESS_TOKEN_KEY"] != first["REDRESS_TOKEN_KEY"]


def test_what_broke_off_while_it_was_built_is_never_there(tmp_path):
    with contextlib.suppress(KeyboardInterrupt), built(tmp_path / "whole") as new:
        (new / "half").touch()
        raise KeyboardInterrupt

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("starting\nlistening\n\n", "listening"),
        (
            "a.Exception: no\n\tat b.Error\nCaused by: BindException: in use\n\tat d.Error\nbye",
            "Caused by: BindException: in use",
        ),
        (
            '{"s":"E","msg":"Cannot listen","attr":{"port":1}}\n{"s":"I","msg":"Bye","attr":{}}',
            'Cannot listen: {"port": 1}',
        ),
    ],
)
def test_the_last_words_of_a_program_say_why_it_died(tmp_path, lines, words):
    (tmp_path / "log").write_text(lines)

    assert last_words(tmp_path / "log") == words


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"supervisor": {"pid": 1}}', "\0"])
def test_a_broken_state_file_counts_as_none(tmp_path, content):
    (tmp_path / state.FILE).write_text(content)

    assert state.read(tmp_path) is None
    assert state.end(tmp_path) is False


def test_what_is_written_is_read_again(tmp_path):
    one = state.Running(7, "then", "running", "one.log", "http://127.0.0.1:1")
    written = state.State(one, "kafka", "mongo", "pages", {"one": one})

    state.write(tmp_path, written)

    assert state.read(tmp_path) == written
    assert state.running(tmp_path) is None


def test_a_process_that_only_has_the_pid_of_a_dead_one_is_left_alone(tmp_path):
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        dead = state.Running(stranger.pid, "another birth", "running", "")
        state.write(tmp_path, state.State(dead, processes={"intake": dead}))

        assert state.end(tmp_path) is False
        assert not signal_if_same(stranger.pid, "another birth", signal.SIGKILL)
        assert stranger.poll() is None


def test_a_process_that_outlived_its_supervisor_is_ended(tmp_path):
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as orphan:
        gone = state.Running(None, None, "stopped", "")
        left = state.Running(orphan.pid, born(orphan.pid), "running", "")
        state.write(tmp_path, state.State(gone, processes={"intake": left}))

        assert state.end(tmp_path) is True
        assert orphan.wait(5) == -signal.SIGKILL


def test_a_zombie_is_not_alive():
    pid = os.posix_spawn(sys.executable, [sys.executable, "-c", ""], os.environ)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)

    assert born(pid) is None
    os.waitpid(pid, 0)
