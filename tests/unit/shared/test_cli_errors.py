"""What goes wrong with a command is one line for people and an exit code for programs."""

import asyncio
import os
import subprocess
import sys

import pytest

from shared.cli.main import main
from shared.errors import UsageError
from shared.runner.keys import MongoKeyStore

REDRESS = sys.executable, "-m", "shared.cli.main"
CANARY = "canary-5b1d"


def ended(*arguments):
    with pytest.raises(SystemExit) as end:
        main(arguments)
    return end.value.code


@pytest.mark.parametrize(
    "arguments",
    [
        ("no-such-command",),
        ("tail", "--no-such-option"),
        ("token",),
        ("up", "--policy", "none"),
        ("dead-letters", "list", "--limit", "many"),
        ("dead-letters", "discard", "triage/0/1"),
    ],
)
def test_a_mistake_in_a_command_is_one_line(arguments, capsys):
    code = ended(*arguments)

    said = capsys.readouterr()
    assert (code, said.out) == (2, "")
    assert said.err.startswith("redress: ")
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("command", [("serve", "triage"), ("topics", "create")])
def test_a_setting_with_a_bad_value_is_named_without_its_value(command, capsys, monkeypatch):
    monkeypatch.setenv("REDRESS_PARTITIONS", CANARY)
    monkeypatch.setenv("REDRESS_LOG_LEVEL", CANARY)

    code = ended(*command)

    said = capsys.readouterr().err
    assert code == 2
    assert "REDRESS_PARTITIONS" in said
    assert "REDRESS_LOG_LEVEL" in said
    assert said.count("\n") == 1
    assert CANARY not in said


@pytest.mark.parametrize(
    ("variable", "value", "fix"),
    [
        ("REDRESS_PORT", CANARY, "valid integer"),
        ("REDRESS_MONGO", f"http://{CANARY}", "must start with mongodb://"),
        ("REDRESS_MONGO", f"mongodb://u:{CANARY}@h:99999999", "no connection string"),
        ("REDRESS_KAFKA", f"a:{CANARY}", "bootstrap servers, comma separated"),
        ("REDRESS_KAFKA", "", "bootstrap servers, comma separated"),
        ("REDRESS_DATABASE", f"a {CANARY}", "database of the stages"),
        ("REDRESS_PUBLIC_URL", CANARY, "the one origin"),
        ("REDRESS_MONGO_DRIVER", CANARY, "'motor' or 'pymongo'"),
        ("REDRESS_MASTER_KEY", CANARY, "32 random bytes in base64"),
        ("REDRESS_TOKEN_KEY", CANARY, "openssl rand -hex 32"),
        ("REDRESS_TOKEN_KEY", "", "openssl rand -hex 32"),
        ("REDRESS_POLICY", CANARY, "choose one of"),
        ("REDRESS_TRUSTED_PROXIES", CANARY, "networks, comma separated"),
        ("REDRESS_CHANNELS", f"/{CANARY}", "file of accounts"),
        ("REDRESS_OIDC_ISSUER", CANARY, "together"),
    ],
)
def test_a_service_with_a_wrong_setting_does_not_start_and_says_the_fix(
    variable, value, fix, capsys, monkeypatch
):
    monkeypatch.setenv("REDRESS_MASTER_KEY", "A" * 43 + "=")
    monkeypatch.setenv("REDRESS_TOKEN_KEY", "0d" * 32)
    monkeypatch.setenv(variable, value)

    code = ended("serve", "intake")

    said = capsys.readouterr().err
    names = {"REDRESS_POLICY": "policy"}
    assert (code, said.count("\n")) == (2, 1)
    assert names.get(variable, variable) in said
    assert fix in said
    assert CANARY not in said


@pytest.mark.parametrize("master", ["a", "a" * 43, "ключ"])
def test_a_master_key_that_is_no_base64_is_a_mistake_of_usage(master):
    with pytest.raises(UsageError, match="REDRESS_MASTER_KEY"):
        MongoKeyStore({"keys": None}, master)


async def test_a_reader_that_has_gone_is_no_error():
    reading, writing = os.pipe()
    os.close(reading)
    env = {"REDRESS_TOKEN_KEY": "00" * 32, "PATH": os.defpath}

    pipe, command = subprocess.PIPE, (*REDRESS, "token", "agent")
    child = await asyncio.create_subprocess_exec(*command, env=env, stdout=writing, stderr=pipe)
    os.close(writing)
    _, said = await child.communicate()

    assert (child.returncode, said) == (0, b"")
