"""The outside place gets every checkpoint in order, also after it was away."""

import httpx
import pytest

from shared.audit.ledger.folder import Folder
from shared.audit.ledger.witness import Witness
from shared.errors import UsageError


@pytest.fixture
def folder(tmp_path):
    made = Folder(tmp_path / "ledger")
    made.checkpoints.mkdir(parents=True)
    for size in (5, 1000):
        made.checkpoint(size).write_text(f"note of {size}")
    return made


async def test_an_address_gets_what_it_did_not_take_again_and_nothing_twice(folder):
    taken, answers = [], [204, 503, 204, 204]

    def take(request):
        status = answers.pop(0)
        if status == 204:
            taken.append(request.content.decode())
        return httpx.Response(status)

    async with httpx.AsyncClient(transport=httpx.MockTransport(take)) as http:
        witness = Witness("https://outside.example.com/notes", folder, http)
        with pytest.raises(httpx.HTTPStatusError):
            await witness.give()
        assert taken == ["note of 5"]
        await witness.give()
        folder.checkpoint(2000).write_text("note of 2000")
        await Witness("https://outside.example.com/notes", folder, http).give()

    assert taken == ["note of 5", "note of 1000", "note of 2000"]


async def test_a_folder_gets_the_same_files(folder, tmp_path):
    async with httpx.AsyncClient() as http:
        await Witness(str(tmp_path / "outside"), folder, http).give()

    assert [path.read_text() for path in sorted((tmp_path / "outside").iterdir())] == [
        "note of 5",
        "note of 1000",
    ]


@pytest.mark.parametrize("place", ["http://outside.example.com/", "ftp://outside.example.com/"])
async def test_another_address_is_refused(folder, place):
    async with httpx.AsyncClient() as http:
        with pytest.raises(UsageError, match="https"):
            Witness(place, folder, http)
