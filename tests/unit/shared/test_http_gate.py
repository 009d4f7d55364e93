"""The gate lets an orchestrator's probes by, and counts all else."""

from datetime import timedelta

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from shared.http.address import Proxies
from shared.http.gate import Gate, Rates, Rules
from shared.http.identities import Identities
from shared.http.rate import Rate
from shared.runner.probes import probe_router


class Nothing:
    """Holds no keys, and keeps no denials."""

    async def find(self, _key_id):
        return None

    async def write(self, _denial):
        return None


@pytest.fixture
async def http():
    def answer(_):
        return PlainTextResponse("here")

    never = Rate(1 / timedelta(days=1).total_seconds(), 1)
    rules = Rules(
        Identities("0d" * 32, Nothing()),
        Nothing(),
        "staff",
        Proxies(),
        Rates(never, never),
        Nothing(),
    )
    app = Gate(Starlette(routes=[Route("/{path:path}", answer)]), rules)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://redress") as client:
        yield client


async def test_a_flood_from_one_address_keeps_no_probe_out(http):
    assert [(await http.get("/v1/board")).status_code for _ in range(2)] == [200, 429]
    for probe in probe_router(None).routes:
        assert (await http.get(probe.path)).status_code == 200
