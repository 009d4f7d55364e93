"""The image as it is shipped: built, started by compose, one complaint from the door to its end."""

import asyncio
import contextlib
import json
import os
import subprocess
import time
from pathlib import Path

import httpx
import pytest
import yaml

from deploy.workloads import IMAGE, USER
from shared.local.keys import keys
from tests.demo.world import Case, World

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.docker, pytest.mark.slow, pytest.mark.timeout(1200)]
CASES = yaml.safe_load((ROOT / "tests/demo/cases.yaml").read_text("utf-8"))
DELAYED = next(Case(**case) for case in CASES if case.get("wants") == "delayed")


def said(command, **env):
    done = subprocess.run(  # noqa: S603 - our own words
        command, cwd=ROOT, env={**os.environ, **env}, check=True, capture_output=True, text=True
    )
    return done.stdout


def docker(*words):
    return said(["docker", *words])


def composed():
    """The words that run a compose file on this machine."""
    with contextlib.suppress(subprocess.CalledProcessError):
        docker("compose", "version")
        return ["docker", "compose"]
    return ["docker-compose"]


@pytest.fixture(scope="module")
def image():
    """The image, built anew."""
    try:
        docker("version")
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("Docker does not answer")
    docker("build", "--network=host", "--file=deploy/Dockerfile", f"--tag={IMAGE}", ".")
    return IMAGE


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """A copy of the compose file at ports that are free, with secrets beside it."""
    folder = tmp_path_factory.mktemp("composed")
    file = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text("utf-8"))
    for name in ("gateway", "sandbox"):
        file["services"][name]["ports"] = ["127.0.0.1::8000"]
    (folder / "compose.yaml").write_text(yaml.safe_dump(file))
    keys(folder)
    return folder


@pytest.fixture(scope="module")
def running(image, told):  # noqa: ARG001 - built before
    """Where the gateway and the sandbox answer, and the exchange's token."""

    def compose(*words):
        command = [*composed(), "--file", str(told / "compose.yaml"), *words]
        return said(command, REDRESS_POLICY="demo")

    try:
        compose("up", "--detach", "--no-build")
        ports = (compose("port", name, "8000").strip() for name in ("gateway", "sandbox"))
        yield *(f"http://{port}" for port in ports), keys(told)["REDRESS_EXCHANGE_TOKEN"]
    finally:
        compose("down", "--volumes", "--timeout=30")


async def seeded(sandbox, token):
    world = World(sandbox, token)
    async with world.http:
        await world.create([DELAYED])


def canonical(requirement):
    return requirement.lower().replace("_", "-")


def until(ready, seconds=120):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.HTTPError):
            if found := ready():
                return found
        time.sleep(0.5)
    raise AssertionError(f"not within {seconds} s")


def test_a_complaint_goes_from_the_door_to_its_end(running):
    gateway, sandbox, token = running
    with httpx.Client(base_url=gateway, timeout=20, trust_env=False) as http:
        until(lambda: http.get("/readyz").status_code == 200)
        until(lambda: httpx.get(f"{sandbox}/readyz", trust_env=False).status_code == 200)
        asyncio.run(seeded(sandbox, token))
        taken = until(lambda: http.post("/v1/complaints", json=DELAYED.body()))
        assert taken.status_code == 202
        status = httpx.URL(taken.json()["status_url"])
        token = {"token": status.params["token"]}
        told = until(
            lambda: (v := http.get(status.path, params=token).json()).get("decision") and v
        )
        assert told["decision"]["outcome"] == "upheld"
        yes = {"decision_id": told["decision"]["decision_id"], "satisfied": True}
        assert http.post(f"{status.path}/confirm", params=token, json=yes).status_code == 202
        until(lambda: http.get(status.path, params=token).json()["status"] == "closed")


def test_it_runs_as_nobody_who_may_write_nowhere(image):
    script = "id -u; touch /tmp/a && echo tmp; touch /opt/redress/a || touch /home/a || echo closed"
    hard = ["--read-only", "--tmpfs=/tmp", "--cap-drop=ALL", "--security-opt=no-new-privileges"]
    words = docker("run", "--rm", *hard, "--network=none", "--entrypoint=sh", image, "-c", script)
    assert words.split() == [str(USER), "tmp", "closed"]


def test_it_lists_what_is_in_it(image):
    cat = ["--entrypoint=cat", image, "/opt/redress/sbom.cdx.json"]
    bill = json.loads(docker("run", "--rm", "--network=none", *cat))
    there = {canonical(f"{one['name']}=={one['version']}") for one in bill["components"]}
    locked = (ROOT / "requirements/runtime.lock").read_text("utf-8").splitlines()
    always = {canonical(line.split()[0]) for line in locked if "==" in line and ";" not in line}
    assert bill["metadata"]["component"]["name"] == "redress"
    assert always <= there
