"""What the apps of all services promise and keep over HTTP."""

import base64
import importlib
from secrets import token_hex

import httpx
import pytest

from shared.http.errors import MEDIA_TYPE
from shared.pipeline import SERVICES
from shared.settings import Settings

KEY = base64.b64encode(bytes(32)).decode()


def made(service):
    app = importlib.import_module(f"services.{service}.main")
    return app.create_app(Settings(master_key=KEY, token_key=token_hex(32)))


def names(value):
    """Every key within a JSON value."""
    if isinstance(value, dict):
        return set(value).union(*map(names, value.values()))
    return set().union(*map(names, value)) if isinstance(value, list) else set()


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_promises_problems_and_never_what_was_sent(service):
    described = made(service).openapi()
    operations = [o for path in described["paths"].values() for o in path.values()]

    assert operations
    assert all(MEDIA_TYPE in o["responses"]["default"]["content"] for o in operations)
    assert not {"input", "HTTPValidationError"} & names(described)


@pytest.mark.parametrize(
    ("query", "headers"),
    [("?from=abc", {}), ("", {"Last-Event-ID": "abc"}), ("?from=1.a", {"Last-Event-ID": "x.1"})],
)
async def test_a_place_in_the_events_that_is_none_is_a_problem(query, headers):
    transport = httpx.ASGITransport(made("notify"))
    async with httpx.AsyncClient(transport=transport, base_url="http://redress") as client:
        answer = await client.get(f"/events{query}", headers=headers)

    assert (answer.status_code, answer.json()["slug"]) == (422, "bad_cursor")
