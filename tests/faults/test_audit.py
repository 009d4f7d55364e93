"""The proof of the log, and the keys of its words, under load: rows 37 to 39."""

import asyncio
import base64
import os
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from shared.audit import second_verifier
from shared.audit.histories import verified
from shared.audit.leaves import LENGTH
from shared.audit.manifest import BadExportError
from shared.http.tokens import issue
from shared.local.keys import keys
from shared.local.layout import LEDGER
from shared.local.stack import Options, Stack
from tests.e2e.kills import Killer
from tests.e2e.site import site
from tests.faults.crowd import MORE, customers

pytestmark = [pytest.mark.timeout(600), pytest.mark.slow]
WAVES = ("a", "b", "c")
STEPS = ("audit.after_segment", "audit.after_state")
CLOSED_S = 150.0
LOST = ("key_missing", "unreadable", "InvalidTag")


@pytest.fixture(scope="module")
def killer(tmp_path_factory):
    return Killer(tmp_path_factory.mktemp("steps"))


@pytest_asyncio.fixture(scope="module")
async def place(tmp_path_factory, killer):
    """An installation whose services know two master keys; the first wraps."""
    folder = tmp_path_factory.mktemp("audited")
    newer = base64.b64encode(os.urandom(32)).decode()
    older = keys(folder)["REDRESS_MASTER_KEY"]
    ring = {"REDRESS_MASTER_KEY": f"{older},{newer}"}
    env = {name: {**told, **ring} for name, told in killer.environment().items()}
    everybody = {wave: customers(f"au{wave}", MORE) for wave in WAVES}
    with Stack(folder, Options(policy="demo", env=env)) as stack:
        async with site(stack, [one for wave in everybody.values() for one in wave]) as found:
            found.secrets["REDRESS_MASTER_KEY"] = f"{newer},{older}"
            yield found, everybody


async def told(running, *arguments):
    code, said = await running.redress(*arguments)
    assert code == 0, said
    return said


async def exported(running, folder):
    await running.at_rest()
    await told(running, "audit", "export", str(folder))
    await told(running, "audit", "verify", str(folder))
    return second_verifier.verify(folder, None)


async def test_a_writer_killed_at_each_step_of_a_loaded_log_signs_one_tree(
    place, killer, report, tmp_path
):
    running, everybody = place
    with report.case("37", "the ledger's writer killed at each step, its tail torn") as entry:
        for step in STEPS:
            await killer.arm("ledger", step)
            entry.kills += 1
        made = await running.submit(everybody["a"])
        entry.complaints = len(made)
        assert await killer.fired(90) == []
        await asyncio.to_thread(running.stack.kill, "ledger")
        entry.kills += 1
        with (running.stack.folder / LEDGER / "open.segment").open("ab") as file:
            file.write(b"\x00\x00\x01\x00torn")
        assert await running.closed(made, CLOSED_S) == {}
        assert await exported(running, tmp_path / "export") > 0


async def erased(running, made):
    """Two people erase one; how its words read then, for who may read them."""
    people, urls = running.people, running.stack.urls
    for who in ("privacy-1", "privacy-2"):
        token = issue(people.key, who, "privacy", datetime.now(UTC), timedelta(minutes=5))
        headers = {"Authorization": f"Bearer {token}"}
        body, url = {"reason": "customer-asked"}, f"{urls['intake']}/v1/cases/{made.id}/erase"
        (await people.http.post(url, json=body, headers=headers)).raise_for_status()
    await running.watch.until(lambda: running.watch.tracks[made.id].of("complaint-erased"), 60)
    for _ in range(140):  # a key that is at hand is forgotten within a minute
        page = await people.http.get(f"{running.stack.pages}/status/{made.token}")
        if "erased" in page.text:
            return page.text
        await asyncio.sleep(0.5)
    raise AssertionError("the page still reads")


async def test_keys_turn_and_one_is_destroyed_while_work_goes_on(place, report, tmp_path):
    running, everybody = place
    with report.case("39", "the key ring rotated and a key destroyed during load") as entry:
        gone, *others = await running.submit(everybody["b"])
        assert await running.closed([gone, *others], CLOSED_S) == {}
        proof = await proved(running, tmp_path, gone)
        more = asyncio.create_task(running.submit(everybody["c"]))
        rotated = await told(running, "keys", "rotate")
        page = await erased(running, gone)
        made = await more
        entry.complaints = len(made) + len(others) + 1

        assert gone.case.text not in page
        assert await running.closed(made, CLOSED_S) == {}
        assert int(rotated.split()[0]) > 0
        assert await exported(running, tmp_path / "later") > 0
        assert "records signed by" in await told(running, *proof)
        assert [line for line in lines(running) if any(word in line for word in LOST)] == []
        assert running.people.faults == []


async def proved(running, folder, made):
    """The command that checks the proof of its first event, which is signed by then."""
    event = running.watch.tracks[made.id].of("complaint-received")[0].id
    (key,) = (running.stack.folder / LEDGER / "keys").glob("*.vkey")
    until = time.monotonic() + 100
    for number in range(20):
        export = folder / f"export-{number}"
        await told(running, "audit", "export", str(export))
        code, said = await running.redress(
            "audit", "prove", event, "--from", str(export), "-o", str(folder / "one")
        )
        if code == 0:
            return "audit", "verify-proof", str(folder / "one.tlog-proof"), "--key", str(key)
        assert time.monotonic() < until, said
        await asyncio.sleep(5)
    raise AssertionError(said)


def lines(running):
    logs = (running.stack.folder / "logs").glob("*.log")
    return [line for log in logs for line in log.read_text("utf-8").splitlines()]


def flipped(folder):
    file = next(folder.glob("segments/*.segment"))
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 1
    file.write_bytes(raw)


def removed(folder):
    file = next(folder.glob("segments/*.segment"))
    raw = file.read_bytes()
    file.write_bytes(raw[LENGTH.size + LENGTH.unpack_from(raw)[0] :])


def swapped(folder):
    newest = max(folder.glob("checkpoints/*.txt"))
    origin, size, *rest = newest.read_text("utf-8").split("\n")
    other = folder / "checkpoints" / f"{int(size) - 1:020}.txt"
    newest.rename(other).write_text("\n".join([origin, str(int(size) - 1), *rest]), "utf-8")


@pytest.mark.parametrize(
    ("damage", "named"),
    [(flipped, "segment|leaf|/"), (removed, "offset|segment"), (swapped, "checkpoints/")],
)
async def test_what_was_changed_in_an_export_is_named_by_both_verifiers(
    place, report, tmp_path, damage, named
):
    running, _ = place
    with report.case("38", f"an export that was {damage.__name__}"):
        folder: Path = tmp_path / "export"
        await exported(running, folder)
        bad = shutil.copytree(folder, tmp_path / "bad")
        damage(bad)
        with pytest.raises(BadExportError, match=named), verified(bad):
            pass
        with pytest.raises(second_verifier.FAULTS):
            second_verifier.verify(bad, None)
