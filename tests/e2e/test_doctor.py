"""`redress doctor` has nothing against an installation that works."""

import json

import pytest

pytestmark = pytest.mark.timeout(120)


async def test_the_doctor_finds_nothing_wrong_with_a_running_installation(running):
    code, said = await running.redress("doctor", "--json")

    found = json.loads(said)
    assert [row for row in found if not row["ok"]] == []
    assert code == 0
    assert {"consumers", "indexes", "master key", "ledger"} <= {row["check"] for row in found}
