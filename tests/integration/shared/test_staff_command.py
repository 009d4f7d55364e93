"""`redress staff` against a real MongoDB, as a person runs it."""

import asyncio
import json
import os
import subprocess
import sys
import uuid
from datetime import UTC, datetime, timedelta

import pymongo
import pytest

from shared.http.tokens import Principal
from shared.runner.sessions import MongoSessions

PASSWORD = "four words and a fish"  # noqa: S105 - of an account that lives for a test


@pytest.fixture
def database():
    return f"staff_{uuid.uuid4().hex[:10]}"


@pytest.fixture
def redress(addresses, database):
    environment = {**os.environ, "REDRESS_MONGO": addresses.mongo, "REDRESS_DATABASE": database}

    def run(*words, told="", code=0):
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "shared.cli.main", "staff", *words],
            env=environment,
            input=told,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == code, done.stderr
        return done.stdout if code == 0 else done.stderr

    yield run
    with pymongo.MongoClient(addresses.mongo) as client:
        client.drop_database(database)


@pytest.fixture
def signed_in(addresses, database):
    """Sign a person in, as the pages do."""

    async def begin(subject):
        now = datetime.now(UTC)
        async with pymongo.AsyncMongoClient(addresses.mongo, tz_aware=True) as client:
            sessions = MongoSessions(client[database], timedelta(hours=1))
            who = Principal(subject, frozenset({"agent"}))
            await sessions.begin(who, now, now + timedelta(hours=8))

    return lambda subject: asyncio.run(begin(subject))


def test_an_account_is_made_listed_shut_and_opened(redress, signed_in):
    redress("add", "mia", "--role", "agent", told=f"{PASSWORD}\n")
    row = json.loads(redress("list", "--json"))
    assert (row["name"], row["roles"], row["open"]) == ("mia", ["agent"], True)
    assert PASSWORD not in redress("list")

    signed_in("staff:mia")
    signed_in("oidc:tom")
    redress("disable", "mia")
    assert not json.loads(redress("list", "--json"))["open"]
    assert json.loads(redress("sessions", "--json"))["subject"] == "oidc:tom"
    redress("enable", "mia")
    assert json.loads(redress("list", "--json"))["open"]
    assert "1 sessions ended" in redress("sign-out", "oidc:tom")
    assert redress("sessions", "--json") == ""


def test_a_new_password_ends_the_sessions_of_the_old_one(redress, signed_in):
    redress("add", "mia", "--role", "agent", told=f"{PASSWORD}\n")
    signed_in("staff:mia")
    redress("set-password", "mia", told="another four words\n")

    assert redress("sessions", "--json") == ""


def test_what_makes_no_sense_is_refused_in_one_line(redress):
    assert "no such role" in redress("add", "mia", "--role", "emperor", told=PASSWORD, code=2)
    assert "a name is of" in redress("add", "Mia!", "--role", "agent", told=PASSWORD, code=2)
    assert "15 to 256" in redress("add", "mia", "--role", "agent", told="short", code=2)
    assert "no such account" in redress("disable", "tom", code=2)
    assert redress("list", "--json") == ""
