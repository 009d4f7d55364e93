"""How many customers' pages a process keeps up to date."""

import pytest
from pydantic import SecretStr

from services.notify.access import Access
from services.notify.live import Live
from services.notify.views import Views
from shared.http.errors import ProblemError
from shared.http.tokens import status_token
from shared.settings import Settings
from shared.testing.scenario import COMPLAINT

KEY = "0c" * 32
TOKEN = status_token(KEY, COMPLAINT)


class Nothing:
    """A complaint of which nothing has arrived yet."""

    async def size(self, _complaint):
        return 0

    async def events(self, _complaint):
        return []


@pytest.fixture
def live():
    views = Views(Nothing(), Access(Settings(token_key=SecretStr(KEY))), None)
    return Live(None, views, most=2)


async def opened(live):
    stream = (await live.customer(TOKEN)).body_iterator
    await anext(stream)
    return stream


async def test_who_finds_no_room_is_told_so_and_let_in_once_there_is_some(live):
    first, second = [await opened(live) for _ in range(2)]
    with pytest.raises(ProblemError) as refused:
        await live.customer(TOKEN)
    await first.aclose()
    third = await opened(live)
    for stream in (second, third):
        await stream.aclose()

    assert (refused.value.status_code, refused.value.slug) == (503, "too_many_watch")
    assert refused.value.headers == {"Retry-After": "60"}
    assert live.watched == 0


async def test_a_stream_that_nobody_reads_takes_no_room(live):
    for _ in range(3):
        await live.customer(TOKEN)

    assert live.watched == 0
