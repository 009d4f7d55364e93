"""Mail: how many ordinary ones are read a second of one core, and how long a deeply quoted one."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from services.intake.mail.parse import parse
from shared.mail import Ours
from tests.bench.complaints import TEXTS
from tests.bench.section import Section, machine_load
from tests.bench.world import AMOUNT

COUNT, TRIES = 2_000, 5
PROMISED_RATE, PROMISED_S = 300, 0.2
QUOTED_BYTES, DEEPEST = 150_000, 60
SUPPORT = "support@exchange.example"
OURS = Ours((SUPPORT,), frozenset({SUPPORT}), frozenset({"exchange.example"}))
REDRESS = (sys.executable, "-m", "shared.cli.main", "mail")
HEAD = """From: Customer {n} <customer{n}@mail.example>
To: {support}
Subject: {subject}
Date: Fri, 20 Nov 2026 12:00:00 +0000
Message-ID: <{n}@mail.example>
MIME-Version: 1.0
"""
BODY = """Content-Type: multipart/alternative; boundary="b"

--b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{text}

On Thu, Nov 19, 2026 at 3:00 PM Support <{support}> wrote:
> We have received your message and look into it.
> Please send us the id of the transaction.

--b
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: 8bit

<html><body><p>{text}</p><blockquote>We have received your message.</blockquote></body></html>
--b--
"""


def ordinary(number: int) -> bytes:
    """A mail as people's programs write it: in both kinds of text, over a quotation."""
    said = TEXTS["deposit"][number % len(TEXTS["deposit"])]
    text = said["text"].format(amount=AMOUNT)
    whole = (HEAD + BODY).format(n=number, support=SUPPORT, subject=said["subject"], text=text)
    return whole.replace("\n", "\r\n").encode()


def quoted(before: str = ">", behind: str = "") -> bytes:
    """A correspondence that everybody answered above everything before."""
    kind = "Content-Type: text/html; charset=utf-8\n" if behind else ""
    head = HEAD.format(n=0, support=SUPPORT, subject="Re: Re: Re:")
    lines = [f"{head}{kind}\nStill nothing.\n\n"]
    size, number = len(lines[0]), 0
    while size < QUOTED_BYTES:
        depth = 1 + number % DEEPEST
        lines.append(f"{before * depth} On Thu, Nov 19, 2026 Bo wrote: not yet{behind * depth}\n")
        size, number = size + len(lines[-1]), number + 1
    return "".join(lines).replace("\n", "\r\n").encode()


def _cpu_s(files: list[Path]) -> float:
    """What the command, and the process that it reads in, used for these files."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    env = {**os.environ, "REDRESS_MAIL_ADDRESSES": SUPPORT}
    subprocess.run(  # noqa: S603 - our own command
        [*REDRESS, *map(str, files)], env=env, check=True, stdout=subprocess.DEVNULL
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _rate() -> float:
    """Mails a second of one core, without what the start of the command takes."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number in range(COUNT):
            files.append(Path(folder, f"{number}.eml"))
            files[-1].write_bytes(ordinary(number))
        return (COUNT - 1) / (_cpu_s(files) - _cpu_s(files[:1]))


def _seconds(raw: bytes) -> float:
    def once() -> float:
        began = time.process_time()
        parse(raw, OURS)
        return time.process_time() - began

    return statistics.median(once() for _ in range(TRIES))


def measure() -> Section:
    """Reported, not promised to the gate."""
    with machine_load() as load:
        rate, plain = _rate(), _seconds(raw := quoted())
        page = _seconds(quoted("<blockquote>", "</blockquote>"))
    section = Section(
        "Mail",
        f"`redress mail` over {COUNT:,} ordinary mails in six languages, by CPU time of both of "
        f"its processes; and one mail of {len(raw) // 1000} KB, quoted {DEEPEST} deep, the median "
        f"of {TRIES}. The whole machine used {load.cores:.2f} cores.",
        ("what", "measured", "aim"),
    )
    section.rows.append(("ordinary mails, a second of a core", f"{rate:.0f}", f"{PROMISED_RATE}"))
    for name, seconds in (("a deeply quoted mail", plain), ("the same in HTML", page)):
        section.rows.append((f"{name}, s", f"{seconds:.3f}", f"{PROMISED_S}"))
    return section
