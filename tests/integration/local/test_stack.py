"""A whole stack in a temporary folder, with stand-ins for the services."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from shared.errors import UsageError
from shared.local import state
from shared.local.layout import ROWS
from shared.local.stack import Options, Stack
from shared.pipeline import SERVICES as PIPELINE

FAKE = sys.executable, str(Path(__file__).with_name("fake_redress.py"))
SERVICES = {row.name for row in ROWS}


@pytest.fixture(scope="module")
def options(servers) -> Options:
    return Options(kafka=servers.kafka, mongo=servers.mongo, redress=FAKE)


@pytest.fixture(scope="module")
def stack(tmp_path_factory, servers) -> Iterator[Stack]:
    env = {"triage": {"REDRESS_FAILPOINT": "after-write:3"}}
    options = Options("demo", kafka=servers.kafka, mongo=servers.mongo, env=env, redress=FAKE)
    with Stack(tmp_path_factory.mktemp("stack"), options) as stack:
        yield stack


def told(stack: Stack, name: str) -> dict:
    return httpx.get(f"{stack.urls[name]}/told", trust_env=False).json()


def test_each_service_is_told_where_everything_is(stack, servers):
    env = told(stack, "notify")["env"]

    assert env["REDRESS_KAFKA"] == servers.kafka
    assert env["REDRESS_MONGO"] == servers.mongo
    assert env["REDRESS_PUBLIC_URL"] == stack.pages
    assert env["REDRESS_EXCHANGE_URL"] == stack.urls["sandbox"]
    assert env["REDRESS_ESPLORA_URL"] == (
        f"{stack.urls['sandbox']}/esplora,{stack.urls['sandbox']}/second/esplora"
    )
    assert env["REDRESS_POLICY"] == "demo"
    assert {"REDRESS_MASTER_KEY", "REDRESS_TOKEN_KEY", "REDRESS_EXCHANGE_TOKEN"} <= set(env)


def test_letters_go_to_the_port_where_the_sandbox_takes_them(stack):
    port = told(stack, "sandbox")["env"]["REDRESS_SANDBOX_SMTP_PORT"]

    assert told(stack, "notify")["env"]["REDRESS_SMTP_URL"] == f"smtp://127.0.0.1:{port}"
    assert "REDRESS_SANDBOX_SMTP_PORT" not in told(stack, "notify")["env"]


def test_the_gateway_knows_every_service_behind_it(stack):
    env = told(stack, "gateway")["env"]

    for name in PIPELINE:
        assert env[f"REDRESS_{name.upper()}_URL"] == stack.urls[name]


def test_the_normal_lane_makes_room_for_the_express_lane(stack):
    normal, express = told(stack, "intake"), told(stack, "express")

    assert (normal["arguments"], normal["niceness"]) == (
        ["serve", "intake", "--lane", "normal"],
        10,
    )
    assert (express["arguments"], express["niceness"]) == (["serve", "all", "--lane", "express"], 0)


def test_one_process_can_be_told_more_than_the_others(stack):
    assert told(stack, "triage")["env"]["REDRESS_FAILPOINT"] == "after-write:3"
    assert "REDRESS_FAILPOINT" not in told(stack, "intake")["env"]


def test_a_killed_service_is_ready_again_within_two_seconds(stack):
    before = stack.pids["intake"]
    start = time.monotonic()

    os.kill(before, signal.SIGKILL)
    stack.wait_ready(["intake"], 2)

    assert time.monotonic() - start < 2
    assert stack.pids["intake"] != before


def test_a_restarted_service_keeps_its_address_and_gets_the_new_environment(stack):
    stack.restart("resolution", {"REDRESS_BATCH": "7"})
    stack.wait_ready(["resolution"])

    assert told(stack, "resolution")["env"]["REDRESS_BATCH"] == "7"


def test_status_names_every_service_its_address_pid_and_readiness(stack):
    stack.kill("investigation", hold=True)
    time.sleep(0.3)

    seen = state.summary(state.running(stack.folder))

    assert set(seen) == {"services", "kafka", "mongo", "pages"}
    assert set(seen["services"]) == SERVICES
    assert seen["services"]["investigation"]["ready"] is False
    assert seen["services"]["notify"] == {
        "url": stack.urls["notify"],
        "pid": stack.pids["notify"],
        "ready": True,
    }


def test_a_service_that_cannot_start_ends_the_start_with_its_last_words(tmp_path, options):
    env = {"triage": {"FAKE_WORDS": "no policy of that name"}}
    broken = Stack(tmp_path, replace(options, env=env))

    with pytest.raises(UsageError, match=r"triage does not come up: no policy.*triage\.log"):
        broken.start()

    assert not any(broken.pids.values())
    assert state.read(tmp_path) is None


def test_a_second_stack_in_the_same_folder_is_refused_and_leaves_the_first_alone(stack, options):
    with pytest.raises(UsageError, match="another `redress up`"):
        Stack(stack.folder, options).start()

    assert state.running(stack.folder)


def test_addresses_and_keys_are_the_same_the_next_time(tmp_path, options):
    with Stack(tmp_path, options) as stack:
        first = stack.urls, told(stack, "notify")["env"]["REDRESS_MASTER_KEY"]
    with Stack(tmp_path, options) as stack:
        again = stack.urls, told(stack, "notify")["env"]["REDRESS_MASTER_KEY"]

    assert first == again


def test_a_stack_of_its_own_starts_kafka_and_mongod_too_and_revives_them(tmp_path):
    with Stack(tmp_path, Options(redress=FAKE)) as stack:
        killed = stack.pids["kafka"]
        stack.kill("kafka")
        start = time.monotonic()
        while stack.pids["kafka"] in {None, killed}:
            time.sleep(0.01)

        assert time.monotonic() - start < 2
        stack.servers.wait("kafka")
        assert told(stack, "intake")["env"]["REDRESS_MONGO"] == stack.servers.mongo
