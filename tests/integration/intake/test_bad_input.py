"""Every row of the table of bad inputs (reliability.md 7) that intake meets, with its answer."""

import asyncio

import pytest

from tests.integration.intake.bad_inputs import (
    access_rows,
    body_rows,
    file_rows,
    mail_rows,
    webhook_rows,
)
from tests.integration.intake.bad_inputs.place import kinds, opened

pytestmark = pytest.mark.timeout(180)
ROWS = [
    *body_rows.ROWS,
    *access_rows.ROWS,
    *file_rows.ROWS,
    *mail_rows.ROWS,
    *webhook_rows.ROWS,
]
OURS = {*range(1, 82)} - {31}  # the list has no row 31


@pytest.fixture(scope="module")
async def place(addresses, tmp_path_factory):
    async with opened(addresses, tmp_path_factory.mktemp("accounts")) as found:
        yield found


def cases():
    return [
        pytest.param(row, id=row.words, marks=[pytest.mark.slow] if row.slow else [])
        for row in ROWS
    ]


@pytest.mark.parametrize("row", cases())
async def test_a_bad_input_has_its_stated_answer(place, row):
    await place.came()

    found = await row.ask(place)

    found = {**kinds(await place.came()), **found}
    assert {name: found[name] for name in row.expected} == row.expected


def test_every_row_of_the_list_is_here():
    assert {row.number for row in ROWS} == OURS


async def test_whatever_was_taken_is_an_input_that_the_stage_can_read(place):
    """Poison at the door would stop nobody here, and become a dead letter there."""
    await place.ask("POST", "/v1/complaints", json={"subject": "one", "description": "more"})
    taken = {row["complaint"] async for row in place.wiring.database["intake_inputs"].find()}

    await place.fold()

    assert place.rig.dead_letters() == []
    known = await asyncio.gather(*(place.door.state(complaint) for complaint in taken))
    assert None not in known
