"""Attachments: rows 48 to 57."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from tests.integration.intake import files
from tests.integration.intake.bad_inputs.body_rows import COMPLAINTS, ONE
from tests.integration.intake.bad_inputs.place import Place, said
from tests.integration.intake.bad_inputs.table import Row
from tests.integration.intake.files import EICAR, GIF, HTML, PDF, SVG, ZIP
from tests.serving import free_port

MIB = 1 << 20
WHOLE = b"x" * (10 * MIB)
BOUNDARY = b"--b\r\n"
PART = b'Content-Disposition: form-data; name="%b"\r\n\r\nx\r\n'
MULTIPART = "multipart/form-data; "
SAFE = {
    "content-disposition": "attachment;",
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox; default-src 'none'",
}


async def kept(place: Place) -> int:
    return await place.wiring.database["intake_files.files"].count_documents({})


async def download(place: Place, answer: Any, content: bytes) -> Any:
    digest = hashlib.sha256(content).hexdigest()
    return await place.ask("GET", place.below(answer, f"attachments/{digest}"))


def once() -> dict[str, str]:
    return {"description": f"Gone. {uuid.uuid4()}"}


def refused(words: str, name: str, content: bytes, status: int, slug: str) -> Row:
    """A bad file takes the good one, and the complaint, with it: nothing is kept."""

    async def ask(place: Place) -> dict[str, Any]:
        before = await kept(place)
        answer = await place.submit(("good.pdf", PDF), (name, content), **once())
        assert name not in answer.text
        return {**said(answer), "kept": await kept(place) - before}

    return Row(words, ask, {"status": status, "slug": slug, "kept": 0})


def taken(words: str, name: str, content: bytes, media_type: str) -> Row:
    """A file that comes back as a download and in no other way."""

    async def ask(place: Place) -> dict[str, Any]:
        answer = await place.submit((name, content), **once())
        await place.state(answer)
        found = await download(place, answer, content)
        return {
            "status": found.status_code,
            "same": found.content == content,
            "type": found.headers["content-type"].split(";")[0],
            "safe": all(found.headers[h].startswith(v) for h, v in SAFE.items()),
        }

    return Row(words, ask, {"status": 200, "same": True, "type": media_type, "safe": True, **ONE})


def named(words: str, name: str, shown: str) -> Row:
    """The file's name on the wire, and the one it is shown by."""
    field = b'Content-Disposition: form-data; name="%b"'
    file = field + b'; filename="%b"\r\n\r\npaid\r\n--b--'

    async def ask(place: Place) -> dict[str, Any]:
        body = BOUNDARY + b"\r\n".join(
            [
                field % b"subject" + b"\r\n\r\nDeposit\r\n--b",
                field % b"description" + b"\r\n\r\n%b\r\n--b" % uuid.uuid4().bytes.hex().encode(),
                file % (b"attachments", name.encode()),
            ]
        )
        headers = {"Content-Type": f"{MULTIPART}boundary=b"}
        answer = await place.ask("POST", COMPLAINTS, content=body, headers=headers)
        (kept_,) = (await place.state(answer)).attachments
        found = await download(place, answer, b"paid")
        assert "\r" not in found.headers["content-disposition"]
        return {"status": found.status_code, "hash": kept_.sha256, "shown": kept_.name.text}

    digest = hashlib.sha256(b"paid").hexdigest()
    return Row(words, ask, {"status": 200, "hash": digest, "shown": shown, **ONE})


def form(words: str, content: bytes, status: int, media: str = "boundary=b") -> Row:
    """A form that is none."""

    async def ask(place: Place) -> dict[str, Any]:
        headers = {"Content-Type": MULTIPART + media}
        return said(await place.ask("POST", COMPLAINTS, content=content, headers=headers))

    return Row(words, ask, {"status": status})


def many(words: str, sizes: list[int], slug: str) -> Row:
    """More files, or more bytes, than a complaint may bring."""

    async def ask(place: Place) -> dict[str, Any]:
        sent = [(f"{n}.txt", b"%d " % n + WHOLE[:size]) for n, size in enumerate(sizes)]
        return said(await place.submit(*sent, **once()))

    return Row(words, ask, {"status": 413, "slug": slug})


async def _scanner_away(place: Place) -> dict[str, Any]:
    async with place.sibling(clamav=f"127.0.0.1:{free_port()}") as blind:
        return await _sent(blind, ("receipt.pdf", PDF))


async def _malware(place: Place) -> dict[str, Any]:
    return await _sent(place, ("readme.txt", EICAR))


async def _sent(place: Place, file: tuple[str, bytes]) -> dict[str, Any]:
    answer = await place.submit(file, **once())
    (found,) = (await place.state(answer)).attachments
    return {
        "status": answer.status_code,
        "file": (found.status, found.reason),
        "download": (await download(place, answer, file[1])).status_code,
    }


FIELD = PART % b"subject"
TENS = b"".join(BOUNDARY + PART % b"f%d" % n for n in range(10_000))
ROWS = [
    refused("48 no bytes", "empty.txt", b"", 422, "empty"),
    refused("49 10 MiB and a byte", "large.txt", WHOLE + b"x", 413, "file_too_large"),
    taken("49 10 MiB", "large.txt", WHOLE, "text/plain"),
    many("49 more than 25 MiB in all", [17 * MIB // 2] * 3, "files_too_large"),
    many("49 eleven files", [1] * 11, "too_many_files"),
    refused("50 HTML as .pdf", "receipt.pdf", HTML, 415, "type_not_allowed"),
    refused("50 text as .pdf", "receipt.pdf", b"hi <script>a()</script>", 415, "name_differs"),
    refused("50 HTML", "page.html", HTML, 415, "type_not_allowed"),
    refused("50 a program", "tool.exe", b"MZ\x90\0\3" + b"\0" * 80, 415, "type_not_allowed"),
    refused("50 half a picture", "half.png", files.png()[:60], 422, "broken_image"),
    taken("51 SVG with a script", "logo.svg", SVG, "image/svg+xml"),
    taken("52 GIF that is a script too", "smile.gif", GIF, "image/gif"),
    taken("52 GIF named as a script", "smile.js", GIF, "image/gif"),
    refused("52 GIF named as PDF", "script.js.pdf", GIF, 415, "name_differs"),
    taken("53 an archive", "proof.zip", ZIP, "application/zip"),
    named("54 ../../etc/passwd", "../../etc/passwd", "passwd.txt"),
    named("54 a path of Windows", "C:\\Users\\mia\\proof.txt", "proof.txt"),
    named("54 300 characters", "x" * 300 + ".txt", "x" * 196 + ".txt"),
    named("54 right to left", "proof\u202etxt.exe", "prooftxt.exe.txt"),
    named("54 CR LF", "a%0D%0ASet-Cookie: b.txt", "a%0D%0ASet-Cookie_ b.txt"),
    named("54 NUL", "a%00b.txt", "a%00b.txt"),
    named("54 a device", "con", "_con.txt"),
    named("54 dots", "..", "file.txt"),
    named("54 Chinese", "证明.txt", "证明.txt"),
    form("55 1,000 parts of one name", (BOUNDARY + PART % b"f") * 1000 + b"--b--", 400),
    form("55 10,000 fields", TENS + b"--b--", 413),
    form("55 no boundary", BOUNDARY + FIELD + b"--b--", 400, "charset=utf-8"),
    form("55 a boundary too long", BOUNDARY + FIELD + b"--b--", 400, f"boundary={'b' * 100}"),
    form("55 a preamble of megabytes", b"preamble " * MIB + BOUNDARY, 400),
    form("55 no end", BOUNDARY + FIELD, 400),
    form("55 nothing", b"", 400),
    form("55 a field twice", (BOUNDARY + FIELD) * 2 + b"--b--", 400),
    form("55 a name that is no UTF-8", BOUNDARY + PART % b"a\xff" + b"--b--", 400),
    form("55 a long header", BOUNDARY + b"X: " + b"x" * 5000 + b"\r\n\r\nx\r\n--b--", 400),
    form("55 fifty headers", BOUNDARY + b"X-A: x\r\n" * 50 + b"\r\nx\r\n--b--", 400),
    form("55 a field missing", BOUNDARY + FIELD + b"--b--", 422),
    form("55 $ in a name", BOUNDARY + PART % b"$where" + b"--b--", 422),
    form("55 an unknown field", BOUNDARY + PART % b"unknown" + b"--b--", 422),
    Row(
        "56 the scanner is away",
        _scanner_away,
        {"status": 202, "file": ("quarantined", "scanner_away"), "download": 404},
    ),
    Row(
        "57 EICAR",
        _malware,
        {"status": 202, "file": ("quarantined", "malware"), "download": 404, **ONE},
    ),
]
