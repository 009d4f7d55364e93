"""Negative controls: the checker finds out each runner with one wrong part, and no other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from shared.events.intake import MessageSubmitted
from shared.events.personal import Personal
from tests.e2e.poison import MIX, TOPIC, produce
from tests.faults.laid import put
from tests.faults.mill import Mill, found

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
COMPLAINTS = 12
KILL_S = 60.0
READY = (200, "")
HANDLED = '"stage":"intake","lane":"normal","records"'
ODD = [made for made in MIX if not made.reason]  # healthy records, some with odd headers
MEANS = {  # what the checker says: the invariant that it is about
    "no end": "I1",
    "was applied": "I2",
    "not made from its cause": "I2",
    "writes for": "I2",
    "contents": "I3",
    "chain is broken": "I3",
    "gaps or forks": "I4",
    "several partitions": "I4",
    "out of order": "I4",
    "stands before": "I4",
    "cannot begin": "I4",
    "was never applied": "I5",
    "does not have it": "I5",
    "was never published": "I6",
    "events of": "I6",
    "it was healthy": "I7",
    "stands at": "I8",
}


@dataclass(frozen=True)
class Control:
    """A wrong runner, where it is killed, and what the checker must say of it, among others."""

    name: str
    caught: str
    kills: Sequence[str] = ()
    switches: Sequence[str] = ()
    odd: bool = False


CONTROLS = (
    Control("default_ack", "was never applied", kills=["intake.after_fetch"]),
    Control("manual_ack", "was never applied", switches=["intake.stumble"]),
    Control("no_inbox", "was applied 2 times", kills=["intake.before_commit"]),
    Control("random_ids", "not made from its cause"),
    Control("publish_first", "contents", kills=["verification.after_publish"]),
    Control("commit_first", "was never published", kills=["verification.after_commit"]),
    Control("framework_batch", "several partitions"),
    Control("newest_first", "out of order"),
    Control("framework_parser", "was never applied", odd=True),
)


def invariants(said: Sequence[str]) -> set[str]:
    return {next((i for words, i in MEANS.items() if words in s), s) for s in said}


async def ordeal(mill: Mill, module: str, control: Control) -> list[str]:
    """Complaints through a runner that is killed on its way; what the checker says in the end."""
    await mill.lay(COMPLAINTS)
    if control.odd:
        await produce(mill.servers.kafka, TOPIC, ODD)
    mill.arm(*control.kills, *control.switches)
    mill.start("one", *module.split())
    assert await mill.until(lambda: mill.kills() == len(control.kills), KILL_S)
    assert await mill.answers("one", "readyz", READY, KILL_S)
    return found(await mill.at_rest())


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.name)
async def test_a_wrong_runner_is_found_out(mill, report, control):
    said = await ordeal(mill, f"tests.faults.wrong {control.name}", control)
    report.control(control.name, invariants(said))

    assert any(control.caught in sentence for sentence in said), said


async def test_the_right_runner_stands_all_of_it_at_once(mill):
    every = Control(
        "right",
        "",
        kills=sorted({kill for control in CONTROLS for kill in control.kills}),
        switches=sorted({switch for control in CONTROLS for switch in control.switches}),
        odd=True,
    )
    said = await ordeal(mill, "tests.faults.one_process", every)

    assert said == []
    assert mill.happened("intake.stumble")


@pytest.mark.parametrize(("name", "right"), [("ownership", True), ("no_drain", False)])
async def test_without_the_guard_only_draining_keeps_two_members_apart(mill, report, name, right):
    await mill.lay(COMPLAINTS)
    mill.arm("write.held")
    mill.start("one", "tests.faults.wrong", name)
    assert await mill.until(lambda: mill.happened("write.held"), KILL_S)
    mill.start("two", "tests.faults.wrong", name)
    both = await mill.until(lambda: HANDLED in mill.log("two"), 15 if right else 45)
    mill.release("write.held")
    said = found(await mill.at_rest())
    if not right:
        report.control(name, invariants(said))

    assert both is not right
    assert (said == []) is right, said


async def test_what_is_tried_again_later_is_overtaken_and_lost(mill, report):
    ids = await mill.lay(COMPLAINTS)
    message = MessageSubmitted(text=Personal("One more thing."), received_at=datetime.now(UTC))
    await put(mill.settings, "intake", [(ids[0], message)])
    bug = mill.failpoints / "verification.bug"
    bug.write_text(f"{ids[0]} redress.complaint-received.v1", "utf-8")
    mill.start("one", "tests.faults.wrong", "retry_topic")
    assert await mill.until((mill.failpoints / "retry").exists, KILL_S)
    bug.unlink()
    said = found(await mill.at_rest(ids), ids)
    report.control("retry_topic", invariants(said))

    assert [s for s in said if "no end" in s] == [f"{ids[0]}: it was accepted and has no end"]
