"""What the Esplora connector makes of answers that no healthy server gives."""

import httpx
import pytest

from shared.connectors.esplora import Esplora
from shared.errors import TransientError


class Always(httpx.AsyncBaseTransport):
    """A server with one answer to everything."""

    def __init__(self, status, body):
        self.status, self.body = status, body

    async def handle_async_request(self, _):
        return httpx.Response(self.status, content=self.body)


def esplora(status, body):
    client = httpx.AsyncClient(transport=Always(status, body))
    return Esplora(client, "http://chain", limit=1.0)


async def test_a_chain_without_a_tip_is_a_passing_fault():
    with pytest.raises(TransientError):
        await esplora(404, b"").tip()


@pytest.mark.parametrize(("status", "body"), [(200, b"<html>"), (200, b""), (500, b"{}")])
async def test_what_the_node_did_not_say_is_never_recorded(status, body):
    with pytest.raises(TransientError):
        await esplora(status, body).responses("ab" * 32)


async def test_an_unknown_block_is_not_in_the_best_chain():
    assert not await esplora(404, b"Block not found").in_best_chain("00" * 32)
