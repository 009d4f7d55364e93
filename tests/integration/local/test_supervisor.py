"""The supervisor and the tether, with real child programs."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shared.local.children import Program, born
from shared.local.logs import last_words, tail
from shared.local.supervisor import Supervisor

SLEEPER = "import time; time.sleep(600)"
DEAF = f"import signal; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); {SLEEPER}"
TELLER = f"import os; print(os.nice(0), os.getpgid(0) == os.getpid(), flush=True); {SLEEPER}"
PARENT = """
import sys, time
from pathlib import Path
from shared.local.children import Program
from shared.local.supervisor import Supervisor
supervisor = Supervisor()
sleep = (sys.executable, "-c", "import time; time.sleep(600)")
for name in "one", "two":
    process = supervisor.run(Program(name, sleep, Path(sys.argv[1], name + ".log")))
    print(process.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    supervisor = Supervisor()
    yield supervisor
    supervisor.close()


def program(folder: Path, code: str, name: str = "child", **more: object) -> Program:
    return Program(name, (sys.executable, "-c", code), folder / f"{name}.log", **more)


def eventually(check: Callable[[], object], seconds: float = 5.0) -> float:
    """How long it took."""
    start = time.monotonic()
    while not check():
        assert time.monotonic() - start < seconds, "it never came true"
        time.sleep(0.01)
    return time.monotonic() - start


def test_a_killed_child_is_back_within_two_seconds(supervisor, tmp_path):
    process = supervisor.run(program(tmp_path, SLEEPER))
    first = process.pid

    os.kill(first, signal.SIGKILL)

    assert eventually(lambda: process.pid not in {None, first}) < 2


def test_a_child_that_dies_five_times_is_left_with_its_last_words(supervisor, tmp_path):
    process = supervisor.run(program(tmp_path, "raise SystemExit('no such address')"))

    eventually(lambda: process.status == "failed", 20)

    assert last_words(process.program.log) == "no such address"
    assert len(process.program.log.read_text().splitlines()) == 5
    time.sleep(0.3)
    assert process.pid is None


def test_a_held_child_stays_away_until_it_is_run_again(supervisor, tmp_path):
    process = supervisor.run(program(tmp_path, SLEEPER))

    supervisor.kill("child", hold=True)
    time.sleep(0.4)

    assert process.status == "stopped"
    assert supervisor.run(process.program).pid


def test_deliberate_kills_do_not_count_as_deaths(supervisor, tmp_path):
    process = supervisor.run(program(tmp_path, SLEEPER))

    for _ in range(7):
        supervisor.kill("child")
        eventually(lambda: process.pid)

    assert process.status == "running"


def test_a_child_that_cannot_be_started_does_not_end_the_supervisor(supervisor, tmp_path):
    log = tmp_path / "not-a-file"
    log.mkdir()
    broken = supervisor.run(Program("broken", (sys.executable,), log))

    other = supervisor.run(program(tmp_path, SLEEPER))

    assert broken.status == "failed"
    assert other.status == "running"


def test_sigterm_ends_a_child_and_sigkill_one_that_is_deaf(supervisor, tmp_path):
    deaf = supervisor.run(program(tmp_path, DEAF, patience=0.5))
    eventually(lambda: tail(deaf.program.log))
    willing = supervisor.run(program(tmp_path, SLEEPER, "willing"))

    supervisor.stop(["child", "willing"])

    assert deaf.child.returncode == -signal.SIGKILL
    assert willing.child.returncode == -signal.SIGTERM


def test_a_child_is_niced_and_leads_a_group_of_its_own(supervisor, tmp_path):
    process = supervisor.run(program(tmp_path, TELLER, niceness=10))

    eventually(lambda: tail(process.program.log))

    assert last_words(process.program.log) == "10 True"


def test_no_child_outlives_a_parent_that_was_killed(tmp_path):
    with subprocess.Popen(  # noqa: S603 - the program above
        [sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as parent:
        children = [int(parent.stdout.readline()) for _ in range(2)]
        assert all(born(pid) for pid in children)

        parent.kill()

        eventually(lambda: not any(born(pid) for pid in children), 2)
