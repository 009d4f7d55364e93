"""The two lanes of a stage overtake each other: each event is applied once, in either order."""

import asyncio

import pytest
from pymongo import MongoClient

from tests.faults.crowd import DELAYED

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
STOLEN = "My account was hacked! Somebody is withdrawing my coins right now, please stop it."


async def test_an_express_event_that_overtakes_normal_ones_is_applied_and_so_are_they(arena):
    with MongoClient(arena.stack.mongo) as client:

        def seen(complaint):
            found = client["redress"]["notify"].find_one({"_id": complaint})
            return found["run"]["seen"].get("intake", {}) if found else {}

        async with arena.case("20", "the lanes of a stage overtake each other") as case:
            await arena.pause("notify")
            (made,) = await case.submit([DELAYED])
            track = arena.running.watch.tracks[made.id]
            await arena.running.watch.until(lambda: bool(track.of("complaint-received")))
            await arena.running.people.tell(made, "messages", {"text": STOLEN})
            await arena.running.people.tell(made, "withdraw", {})
            async with asyncio.timeout(60):
                while "express" not in seen(made.id):  # noqa: ASYNC110 - another process's document
                    await asyncio.sleep(0.2)
            overtaken = "normal" not in seen(made.id)

        assert overtaken
        assert seen(made.id).keys() == {"normal", "express"}
