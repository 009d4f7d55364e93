"""How many pages a process keeps up to date, and for whom."""

import pytest
from pydantic import SecretStr
from starlette.requests import Request

from services.notify.access import Access
from services.notify.api import Api
from services.notify.live import Live
from services.notify.pages import Pages
from services.notify.reading.log import ReadLog
from services.notify.views import Views
from services.notify.watching import Watchers
from shared.http.errors import ProblemError
from shared.http.tokens import status_token
from shared.settings import Settings
from shared.testing.scenario import COMPLAINT
from tests.unit.intake.desk import bearer

KEY = "ab" * 32
TOKEN = status_token(KEY, COMPLAINT)


class Nothing:
    """A complaint of which nothing has arrived yet, and a board with nothing new."""

    async def size(self, _complaint):
        return 0

    async def events(self, _complaint):
        return []

    async def complaint_of(self, _name):
        return COMPLAINT


def asking(host, headers=()):
    named = [(name.lower().encode(), value.encode()) for name, value in dict(headers).items()]
    scope = {"type": "http", "method": "GET", "path": "/", "client": (host, 1), "headers": named}
    return Request(scope)


@pytest.fixture
def views():
    access = Access(Settings(token_key=SecretStr(KEY), public_url="https://redress.example"))
    return Views(Nothing(), access, None, ReadLog(None), Watchers(each=2))


@pytest.fixture
def live(views):
    return Live(None, views, Watchers(most=3, each=2))


async def opened(live, host="192.0.2.1"):
    stream = (await live.customer(asking(host), TOKEN)).body_iterator
    await anext(stream)
    return stream


async def refused(coroutine):
    with pytest.raises(ProblemError) as error:
        await coroutine
    assert error.value.headers == {"Retry-After": "60"}
    return error.value.status_code, error.value.slug


async def test_who_finds_no_room_is_told_so_and_let_in_once_there_is_some(live):
    first, *others = [await opened(live, f"192.0.2.{n}") for n in range(3)]
    told = await refused(live.customer(asking("192.0.2.9"), TOKEN))
    await first.aclose()
    others.append(await opened(live, "192.0.2.9"))
    for stream in others:
        await stream.aclose()

    assert told == (503, "too_many_watch")
    assert live.watchers.watched == {}


async def test_one_visitor_takes_no_more_than_a_few_and_leaves_the_rest_to_others(live):
    own = [await opened(live) for _ in range(2)]
    told = await refused(live.customer(asking("192.0.2.1"), TOKEN))
    other = await opened(live, "192.0.2.2")
    for stream in (*own, other):
        await stream.aclose()

    assert told == (429, "too_many_at_once")


async def test_a_network_of_one_line_is_one_visitor(live):
    own = [await opened(live, f"2001:db8::{n}") for n in (1, 2)]

    assert await refused(live.customer(asking("2001:db8::3"), TOKEN)) == (429, "too_many_at_once")
    for stream in own:
        await stream.aclose()


async def test_visitors_who_all_ask_at_once_get_no_more_either(live):
    asked = [(await live.customer(asking("192.0.2.1"), TOKEN)).body_iterator for _ in range(5)]
    begun = [stream for stream in asked if await anext(stream, None) is not None]
    for stream in asked:
        await stream.aclose()

    assert len(begun) == 2


async def test_a_stream_that_nobody_reads_takes_no_room(live):
    for _ in range(4):
        await live.customer(asking("192.0.2.1"), TOKEN)

    assert live.watchers.watched == {}


@pytest.mark.parametrize("place", ["timeline", "board", "events"])
async def test_a_person_of_staff_has_room_by_name_wherever_they_sit(views, live, place):
    async def ask(who):
        request = asking("198.51.100.7", bearer(who, "agent"))
        return await {
            "timeline": lambda: live.staff(request, "any"),
            "board": lambda: Pages(views).stream(request),
            "events": lambda: Api(views).events(request),
        }[place]()

    views.watchers.watched["person ada"] = 2

    assert await refused(ask("ada")) == (429, "too_many_at_once")
    assert (await ask("mia")).status_code == 200
