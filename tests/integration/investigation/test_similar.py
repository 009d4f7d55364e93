"""Similar cases over a real MongoDB: by what is shared, by an index, for those who may read."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from services.investigation.main import parts
from services.investigation.rules.marks import marks_of
from services.investigation.similar import MOST_FOUND, alike, router
from services.investigation.state import InvestigationState
from shared.events.investigation import ClaimedFacts
from shared.http.errors import ProblemError
from shared.http.problem import install
from shared.http.tokens import issue
from shared.runner.ports import Document
from shared.runner.wiring import open_door

KEY = "0c" * 32
MANY = 3_000


@pytest.fixture
async def keeping(wiring):
    """A function that keeps a case with these claims and marks, by the stage's own indexes."""
    wiring.settings = wiring.settings.model_copy(update={"token_key": SecretStr(KEY)})
    own = parts(wiring)
    open_door(wiring, own)
    await wiring.stores["investigation"].prepare(own.indexes)

    async def keep(marks=(), *, ended=0, **claim):
        state = InvestigationState(
            claim=ClaimedFacts(**claim), marks=marks, level=1, ended=ended, sequence=1
        )
        document = Document(str(uuid4()), state, rev=1)
        assert await wiring.stores["investigation"].write([document]) == set()
        return document.id

    return keep


def seen(**row):
    return marks_of({"rows": [row]}, bytes.fromhex(KEY))


async def test_cases_are_alike_by_transaction_address_device_and_network(wiring, keeping):
    here = seen(ip="192.0.2.7", device="Pixel 9")
    own = await keeping(here, txid="aa", address="bc1q")
    both = await keeping(here, txid="aa", ended=1)
    address = await keeping(address="bc1q")
    network = await keeping(seen(ip="192.0.2.7", device="other"))
    await keeping(seen(ip="192.0.2.8"), txid="bb", address="bc1p")

    found = await alike(wiring.database["investigation"], own)

    assert {one.complaint_id: (one.shares, one.over) for one in found} == {
        both: (("txid", "device", "ip"), True),
        address: (("address",), False),
        network: (("ip",), False),
    }
    assert found[0].complaint_id == both


async def test_a_case_that_names_nothing_is_alike_to_none(wiring, keeping):
    own, _ = await keeping(), await keeping()
    assert await alike(wiring.database["investigation"], own) == []
    with pytest.raises(ProblemError):
        await alike(wiring.database["investigation"], str(uuid4()))


@pytest.mark.usefixtures("keeping")
async def test_no_look_reads_all_cases(wiring):
    crowd = InvestigationState(claim=ClaimedFacts(txid="aa", address="bc1q"), marks=("ip:1",))
    many = [Document(str(uuid4()), crowd, rev=1) for _ in range(MANY)]
    assert await wiring.stores["investigation"].write(many) == set()
    await wiring.database.command({"profile": 2})
    found = await alike(wiring.database["investigation"], many[0].id)
    await wiring.database.command({"profile": 0})
    looks = wiring.database["system.profile"].find({"ns": {"$regex": r"\.investigation$"}})

    assert len(found) == MOST_FOUND
    for look in await looks.to_list(None):
        assert look.get("docsExamined", 0) <= 2 * MOST_FOUND, look["command"]


@pytest.mark.parametrize(
    ("role", "status"), [("agent", 200), ("auditor", 200), ("operator", 403), (None, 401)]
)
async def test_only_who_may_read_complaints_sees_similar_ones(wiring, keeping, role, status):
    own = await keeping(txid="aa")
    app = FastAPI()
    install(app)
    app.include_router(router(wiring))
    made = role and issue(KEY, "somebody", role, datetime.now(UTC), timedelta(minutes=5))
    headers = {"Authorization": f"Bearer {made}"} if made else {}
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://investigation") as http:
        answer = await http.get(f"/v1/cases/{own}/similar", headers=headers)
        assert answer.status_code == status
