"""A rollout applies an overlay in order, and stops where something fails."""

import os
import subprocess

import pytest

from deploy.manifests import K8S, units
from shared.pipeline import ROWS

SCRIPT = K8S.parent / "rollout.sh"
RECORDING = """#!/bin/sh
echo "$*" >> "$CALLS"
case "$*" in *"$FAILS"*) exit 1 ;; esac
"""


@pytest.fixture
def roll(tmp_path):
    """Run it with a kubectl that writes down what it is told; gives that and the exit code."""
    kubectl, calls = tmp_path / "kubectl", tmp_path / "calls"
    kubectl.write_text(RECORDING)
    kubectl.chmod(0o755)

    def run(fails="nothing at all"):
        env = {**os.environ, "KUBECTL": str(kubectl), "CALLS": str(calls), "FAILS": fails}
        command = [SCRIPT, "k8s/mine"]
        done = subprocess.run(command, env=env, check=False, capture_output=True)  # noqa: S603 - ours
        return calls.read_text().splitlines(), done.returncode

    return run


def test_every_deployment_is_awaited_readers_before_makers(roll):
    calls, code = roll()

    awaited = [c.rpartition("redress-")[2].split()[0] for c in calls if "rollout status" in c]
    assert code == 0
    assert set(awaited) == {unit.name for unit in units()}
    assert awaited[:5] == list(dict.fromkeys(row.service for row in reversed(ROWS)))
    assert awaited[-1] == "express"


def test_jobs_are_done_before_the_first_service_changes(roll):
    calls, _ = roll()

    done = next(n for n, call in enumerate(calls) if "wait job" in call)
    assert not [call for call in calls[:done] if "component=" in call]
    assert calls[-1] == "apply --kustomize=k8s/mine"


@pytest.mark.parametrize("fails", ["wait job", "redress-triage"])
def test_nothing_comes_after_what_failed(roll, fails):
    calls, code = roll(fails)

    assert code == 1
    assert fails in calls[-1]
