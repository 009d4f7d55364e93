"""The commands up, down and status as a person runs them, over stand-ins for the services."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from shared.local import state
from shared.local.children import born

CLI = sys.executable, str(Path(__file__).with_name("local_cli.py"))
ROOT = str(Path(__file__).parents[3])


@pytest.fixture
def env(tmp_path, servers) -> dict[str, str]:
    given = {"REDRESS_STATE_DIR": str(tmp_path), "PYTHONPATH": ROOT, "NO_COLOR": "1"}
    return {**os.environ, **given, "REDRESS_KAFKA": servers.kafka, "REDRESS_MONGO": servers.mongo}


@pytest.fixture
def cli(env, tmp_path):
    yield lambda *words: subprocess.run(  # noqa: S603 - the commands above
        [*CLI, *words], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    state.end(tmp_path)


def foreground(env: dict[str, str], folder: Path) -> tuple[subprocess.Popen, list[int]]:
    """A foreground `up` that says it is up, and the pids of its services."""
    command = subprocess.Popen(  # noqa: S603 - the commands above
        [*CLI, "start"], env=env, stdout=subprocess.PIPE, text=True, process_group=0
    )
    for line in command.stdout:
        if "Ctrl-C" in line:
            break
    return command, [process.pid for process in state.read(folder).processes.values()]


def gone(pids: list[int]) -> bool:
    deadline = time.monotonic() + 2
    while any(born(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not any(born(pid) for pid in pids)


def test_up_status_and_down_in_the_background(cli):
    up = cli("start", "--detach")
    seen = json.loads(cli("status", "--json").stdout)
    targets = json.loads(cli("status", "--targets").stdout)
    table = cli("status")
    down = cli("down")

    assert (up.returncode, up.stderr) == (0, "")
    assert "Creating the topics\nStarting the services\n" in up.stdout
    assert seen["pages"] in up.stdout
    assert all(service["ready"] for service in seen["services"].values())
    assert "intake" in table.stdout
    read = {row["labels"]["service"]: f"http://{row['targets'][0]}" for row in targets}
    assert read["intake"] == seen["services"]["intake"]["url"]
    assert not read.keys() & {"sandbox", "gateway", "kafka", "mongo"}
    assert down.stdout == "Redress is down.\n"
    assert gone([service["pid"] for service in seen["services"].values()])


def test_a_second_up_says_that_it_is_up_already(cli):
    first = cli("start", "--detach")
    second = cli("start")

    assert second.returncode == 0
    assert second.stdout.startswith("Redress is up already.")
    assert (
        second.stdout.splitlines()[1:]
        == first.stdout.splitlines()[-len(second.stdout.splitlines()) + 1 :]
    )


def test_status_of_nothing_exits_with_one(cli):
    assert cli("status").returncode == 1
    assert cli("status", "--json").returncode == 1
    assert cli("down").stdout == "Redress was not running.\n"


def test_a_taken_port_is_an_error_in_one_sentence(cli):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for words in ("start", "--port", port), ("start", "--detach", "--port", port):
            refused = cli(*words)

            assert refused.returncode == 2
            assert refused.stderr == (
                f"port {port} is taken: choose another with --port, or leave it out\n"
            )


@pytest.mark.parametrize("words", [["start"], ["start", "--detach"]])
def test_a_folder_that_cannot_be_written_is_an_error_in_one_sentence(cli, env, words):
    env["REDRESS_STATE_DIR"] = "/proc/nowhere"

    refused = cli(*words)

    assert refused.returncode == 2
    assert refused.stderr.endswith("see that /proc/nowhere can be written and has room\n")
    assert refused.stderr.count("\n") == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ctrl_c_and_its_like_stop_everything(env, tmp_path, number):
    command, pids = foreground(env, tmp_path)

    os.killpg(command.pid, number)
    command.communicate(timeout=60)

    assert command.returncode == 130
    assert gone(pids)
    assert state.read(tmp_path) is None


def test_a_killed_up_leaves_nothing_running_and_the_next_one_starts(cli, env, tmp_path):
    command, pids = foreground(env, tmp_path)

    command.kill()
    command.communicate()

    assert gone(pids)
    assert cli("status").returncode == 1
    assert cli("start", "--detach").returncode == 0


def test_down_ends_an_up_in_the_foreground(cli, env, tmp_path):
    command, pids = foreground(env, tmp_path)

    assert cli("down").stdout == "Redress is down.\n"

    command.communicate(timeout=60)
    assert gone(pids)
