"""Files over HTTP on a real MongoDB: kept, scanned, and handed out to whom they may be."""

import asyncio
import hashlib
from dataclasses import replace

import pytest
from pydantic import SecretStr

from services.intake.files import Files
from shared.runner.keys import Keyring
from tests.integration.intake import files
from tests.integration.intake.files import EICAR, KEY, ORIGIN, PDF, Front

MIB = 1 << 20


def set_up(wiring, **settings):
    chosen = {"token_key": SecretStr(KEY), "public_url": ORIGIN, **settings}
    wiring.settings = wiring.settings.model_copy(update=chosen)
    return Front(wiring)


@pytest.fixture
def front(wiring):
    """An installation without a scanner that hands files out all the same."""
    return set_up(wiring, unscanned_files=True)


async def kept(front):
    """How many files are kept."""
    return await front.wiring.database["intake_files.files"].count_documents({})


async def download(front, answer, content, **more):
    digest = hashlib.sha256(content).hexdigest()
    return await front.ask("GET", front.below(answer, f"attachments/{digest}"), **more)


async def test_the_scanner_is_away_and_the_complaint_goes_on_until_it_is_back(wiring):
    async with files.scanner() as port:
        pass
    front = set_up(wiring, clamav=f"127.0.0.1:{port}")
    answer = await front.submit(("receipt.pdf", PDF), ("eicar.txt", EICAR))
    state = await front.state(answer)
    assert answer.status_code == 202
    assert [(f.status, f.reason) for f in state.attachments] == [
        ("quarantined", "scanner_away")
    ] * 2
    assert (await download(front, answer, PDF)).status_code == 404

    await asyncio.sleep(5.1)  # for so long a scanner that was away is not asked again
    async with files.scanner(port):
        await front.work()
    state = await front.state(answer)

    assert [key for key in state.due if key.startswith("scan:")] == []
    assert [(f.status, f.reason) for f in state.attachments] == [
        ("clean", None),
        ("quarantined", "malware"),
    ]
    assert (await download(front, answer, PDF)).content == PDF
    assert (await download(front, answer, EICAR)).status_code == 404
    assert front.published().count("redress.attachment-examined.v1") == 2


async def test_without_a_scanner_nothing_is_handed_out_unless_the_installation_says_so(wiring):
    front = set_up(wiring)
    answer = await front.submit(("receipt.pdf", PDF))
    (file,) = (await front.state(answer)).attachments

    assert (file.status, file.reason) == ("quarantined", "no_scanner")
    assert (await download(front, answer, PDF)).status_code == 404


async def test_a_message_brings_files_too(front):
    answer = await front.submit()
    await front.state(answer)
    assert (await front.add(answer, ("receipt.pdf", PDF), text="Here it is.")).status_code == 202
    await front.state(answer)

    assert (await download(front, answer, PDF)).content == PDF


async def test_a_file_is_for_those_who_may_see_its_complaint(front):
    answer, other = await front.submit(("receipt.pdf", PDF)), await front.submit(subject="Other")
    await front.state(answer)
    await front.state(other)
    path = front.below(answer, f"attachments/{hashlib.sha256(PDF).hexdigest()}").partition("?")[0]

    assert (await front.ask("GET", path)).status_code == 404
    assert (await download(front, other, PDF)).status_code == 404
    assert (await front.ask("GET", path, headers=files.bearer("submitter"))).status_code == 404
    for role in ("agent", "privacy"):
        assert (await front.ask("GET", path, headers=files.bearer(role))).content == PDF


async def test_the_same_form_is_one_request_and_another_file_makes_it_another(front):
    key = {"Idempotency-Key": "once"}
    first = await front.submit(("receipt.pdf", PDF), headers=key)
    again = await front.submit(("receipt.pdf", PDF), headers=key)
    other = await front.submit(("receipt.pdf", PDF + b"\n"), headers=key)

    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert (other.status_code, other.json()["slug"]) == (422, "idempotency_key_reused")
    assert await kept(front) == 1


async def test_a_picture_is_kept_without_the_place_where_it_was_taken(front):
    answer = await front.submit(("photo.png", files.png()))
    (file,) = (await front.state(answer)).attachments

    found = await front.ask("GET", front.below(answer, f"attachments/{file.sha256}"))

    assert b"GPS" in files.png()
    assert b"GPS" not in found.content
    assert b"Vienna" not in found.content
    assert b"IDAT" in found.content


async def test_an_empty_file_input_and_empty_fields_of_a_page_say_nothing(front):
    answer = await front.ask(
        "POST",
        "/v1/complaints",
        data={**files.COMPLAINT, "txid": "", "amount": ""},
        files={"attachments": ("", b"")},
    )
    assert answer.status_code == 202
    assert (await front.state(answer)).attachments == ()


async def test_an_original_is_for_one_role_and_every_read_is_in_the_log(front):
    answer = await front.submit()
    complaint = answer.json()["complaint_id"]
    await front.state(answer)
    digest = await Files(front.wiring.database, front.wiring.keyring).keep(
        complaint, b"my seed phrase is", "raw"
    )
    path = f"/v1/complaints/{complaint}/raw/{digest}"

    assert (await front.ask("GET", path)).status_code == 401
    assert (await front.ask("GET", path, headers=files.bearer("admin"))).status_code == 403
    assert await front.inputs.unsent(10, 0) == []
    read = await front.ask("GET", path, headers=files.bearer("privacy"))
    assert read.content == b"my seed phrase is"
    assert read.headers["content-security-policy"] == "sandbox; default-src 'none'"
    missing = path.replace(digest, "0" * 64)
    assert (await front.ask("GET", missing, headers=files.bearer("privacy"))).status_code == 404
    await front.state(answer)
    assert front.published().count("redress.original-read.v1") == 1


async def test_a_destroyed_key_takes_the_files_with_it(front):
    answer = await front.submit(("receipt.pdf", PDF))
    await front.state(answer)
    keys = front.wiring.client[front.wiring.settings.keys_database]["keys"]
    await keys.update_many({}, {"$unset": {"wrapped": ""}})
    later = Front(replace(front.wiring, keyring=Keyring(front.wiring.keyring.store)))

    assert (await download(later, answer, PDF)).status_code == 404
