"""Files over HTTP on a real MongoDB, by the number of the row in the list of reliability.md 7."""

import asyncio
import hashlib
from dataclasses import replace

import pytest
from pydantic import SecretStr

from services.intake.files import Files
from shared.runner.keys import Keyring
from tests.integration.intake import files
from tests.integration.intake.files import EICAR, GIF, HTML, KEY, ORIGIN, PDF, SVG, ZIP, Front

MIB = 1 << 20
WHOLE = b"x" * (10 * MIB)
BOUNDARY = b"--b\r\n"
FIELD = b'Content-Disposition: form-data; name="%b"\r\n\r\nx\r\n'


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


@pytest.mark.parametrize(
    ("row", "name", "content", "status", "slug"),
    [
        (48, "empty.txt", b"", 422, "empty"),
        (49, "large.txt", WHOLE + b"x", 413, "file_too_large"),
        (50, "receipt.pdf", HTML, 415, "type_not_allowed"),
        (50, "receipt.pdf", b"hello <script>alert(1)</script>", 415, "name_differs"),
        (50, "page.html", HTML, 415, "type_not_allowed"),
        (50, "tool.exe", b"MZ\x90\0\3" + b"\0" * 80, 415, "type_not_allowed"),
        (52, "script.js.pdf", GIF, 415, "name_differs"),
        (0, "half.png", files.png()[:60], 422, "broken_image"),
    ],
)
async def test_a_bad_file_is_refused_and_nothing_is_kept(front, row, name, content, status, slug):
    answer = await front.submit(("good.pdf", PDF), (name, content))

    assert (answer.status_code, answer.json()["slug"]) == (status, slug), row
    assert name not in answer.text
    assert await kept(front) == 0
    assert await front.inputs.unsent(10, 0) == []


@pytest.mark.parametrize(
    ("row", "name", "content", "media_type"),
    [
        (49, "large.txt", WHOLE, "text/plain"),
        (51, "logo.svg", SVG, "image/svg+xml"),
        (52, "smile.gif", GIF, "image/gif"),
        (52, "smile.js", GIF, "image/gif"),
        (53, "proof.zip", ZIP, "application/zip"),
        (0, "receipt.pdf", PDF, "application/pdf"),
    ],
)
async def test_a_good_file_comes_back_as_a_download_and_in_no_other_way(
    front, row, name, content, media_type
):
    answer = await front.submit((name, content))
    await front.state(answer)

    found = await download(front, answer, content)

    assert (found.status_code, found.content) == (200, content), row
    assert found.headers["content-type"].split(";")[0] == media_type
    assert found.headers["content-disposition"].startswith("attachment;")
    assert found.headers["x-content-type-options"] == "nosniff"
    assert found.headers["content-security-policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd.txt"),
        ("C:\\Users\\mia\\proof.txt", "proof.txt"),
        ("x" * 300 + ".txt", "x" * 196 + ".txt"),
        ("proof\u202etxt.exe", "prooftxt.exe.txt"),
        ("a\r\nSet-Cookie: b.txt", "aSet-Cookie_ b.txt"),
        ("a\0b.txt", "ab.txt"),
        ("con", "_con.txt"),
        ("..", "file.txt"),
        ("证明.txt", "证明.txt"),
    ],
)
async def test_row_54_a_file_is_kept_under_its_hash_and_shown_under_a_harmless_name(
    front, name, shown
):
    body = BOUNDARY + b"\r\n".join(
        [
            b'Content-Disposition: form-data; name="subject"\r\n\r\nDeposit\r\n--b',
            b'Content-Disposition: form-data; name="description"\r\n\r\nGone.\r\n--b',
            b'Content-Disposition: form-data; name="attachments"; filename="%b"'
            b"\r\n\r\npaid\r\n--b--" % name.replace("\r\n", "%0D%0A").replace("\0", "%00").encode(),
        ]
    )
    answer = await front.ask("POST", "/v1/complaints", content=body, headers=MULTIPART)
    state = await front.state(answer)

    (file,) = state.attachments
    assert file.name.text == shown.replace("aSet", "a%0D%0ASet").replace("ab.", "a%00b.")
    assert file.sha256 == hashlib.sha256(b"paid").hexdigest()
    found = await download(front, answer, b"paid")
    assert found.status_code == 200
    assert "\r" not in found.headers["content-disposition"]


MULTIPART = {"Content-Type": "multipart/form-data; boundary=b"}


@pytest.mark.parametrize(
    ("content", "media", "status"),
    [
        ((BOUNDARY + FIELD % b"f") * 1000 + b"--b--", "boundary=b", 400),
        (
            b"".join(BOUNDARY + FIELD % b"f%d" % n for n in range(10_000)) + b"--b--",
            "boundary=b",
            413,
        ),
        (BOUNDARY + FIELD % b"subject" + b"--b--", "", 400),
        (BOUNDARY + FIELD % b"subject" + b"--b--", f"boundary={'b' * 100}", 400),
        (b"preamble " * MIB + BOUNDARY, "boundary=b", 400),
        (BOUNDARY + FIELD % b"subject", "boundary=b", 400),
        (b"", "boundary=b", 400),
        ((BOUNDARY + FIELD % b"subject") * 2 + b"--b--", "boundary=b", 400),
        (BOUNDARY + FIELD % b"a\xff" + b"--b--", "boundary=b", 400),
        (BOUNDARY + b"X: " + b"x" * 5000 + b"\r\n\r\nx\r\n--b--", "boundary=b", 400),
        (BOUNDARY + b"X-A: x\r\n" * 50 + b"\r\nx\r\n--b--", "boundary=b", 400),
        (BOUNDARY + FIELD % b"subject" + b"--b--", "boundary=b", 422),
        (BOUNDARY + FIELD % b"$where" + b"--b--", "boundary=b", 422),
        (BOUNDARY + FIELD % b"unknown" + b"--b--", "boundary=b", 422),
    ],
)
async def test_row_55_a_form_that_is_none_is_refused(front, content, media, status):
    headers = {"Content-Type": f"multipart/form-data; {media}"}
    answer = await front.ask("POST", "/v1/complaints", content=content, headers=headers)

    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_no_more_files_than_ten_and_no_more_than_25_mib_in_all(front):
    ten = [(f"{n}.txt", b"%d" % n) for n in range(10)]
    assert (await front.submit(*ten)).status_code == 202
    assert (await front.submit(*ten, ("11.txt", b"11"))).json()["slug"] == "too_many_files"
    large = [(f"{n}.txt", WHOLE[: 9 * MIB]) for n in range(3)]
    assert (await front.submit(*large)).status_code == 413


async def test_row_56_the_scanner_is_away_and_the_complaint_goes_on_until_it_is_back(wiring):
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


async def test_row_57_eicar_is_quarantined_told_in_the_event_and_never_handed_out(wiring):
    async with files.scanner() as port:
        front = set_up(wiring, clamav=f"127.0.0.1:{port}")
        answer = await front.submit(("readme.txt", EICAR), ("receipt.pdf", PDF))
    state = await front.state(answer)

    assert answer.status_code == 202
    assert [f.status for f in state.attachments] == ["quarantined", "clean"]
    assert state.attachments[0].reason == "malware"
    assert (await download(front, answer, EICAR)).status_code == 404
    assert (await download(front, answer, PDF)).status_code == 200


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
    assert (await front.ask("GET", path, headers=files.bearer("agent"))).content == PDF


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
