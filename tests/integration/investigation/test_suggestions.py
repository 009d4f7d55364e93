"""The product list with its counts, over a real MongoDB."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from services.investigation.main import parts
from services.investigation.state import InvestigationState
from services.investigation.suggestions import counted, router
from shared.events.investigation import ClaimedFacts
from shared.http.problem import install
from shared.http.tokens import issue
from shared.runner.ports import Document

KEY = "0d" * 32


@pytest.fixture
async def keep(wiring):
    """A function that keeps a case of a category and a product, by the stage's own indexes."""
    wiring.settings = wiring.settings.model_copy(update={"token_key": SecretStr(KEY)})
    await wiring.stores["investigation"].prepare(parts(wiring).indexes)

    async def keep(product, category="product_suggestion"):
        claim = ClaimedFacts(product=product)
        state = InvestigationState(claim=claim, category=category, level=1, sequence=1)
        document = Document(str(uuid4()), state, rev=1)
        assert await wiring.stores["investigation"].write([document]) == set()

    return keep


async def counts(wiring):
    rows = await counted(wiring.database["investigation"])
    return {row.product: row.suggestions for row in rows}


async def test_suggestions_are_counted_by_item_and_other_complaints_are_not(wiring, keep):
    before = await counts(wiring)
    for product in ("dark_mode", "dark_mode", "lightning", None):
        await keep(product)
    await keep("dark_mode", "kyc")

    after = await counts(wiring)

    grown = {name: after[name] - before[name] for name in after if after[name] != before[name]}
    assert grown == {"dark_mode": 2, "lightning": 1, None: 1}
    assert list(after.values()) == sorted(after.values(), reverse=True)


@pytest.mark.parametrize(("role", "status"), [("agent", 200), ("submitter", 403)])
async def test_staff_may_read_the_list_and_customers_may_not(wiring, keep, role, status):
    await keep("dark_mode")
    app = FastAPI()
    install(app)
    app.include_router(router(wiring))
    token = issue(KEY, "a-1", role, datetime.now(UTC), timedelta(minutes=1))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://i") as client:
        answer = await client.get("/v1/suggestions", headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == status
