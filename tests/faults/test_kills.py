"""kill -9 of every stage at every step (rows 1 to 8 of the matrix)."""

import pytest

pytestmark = pytest.mark.timeout(400)


async def test_nothing_happens_and_nothing_is_wrong(arena):
    async with arena.case("0", "no fault") as case:
        await case.submit()
