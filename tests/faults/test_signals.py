"""SIGTERM in the middle of work, and a process that sleeps while another takes over."""

import contextlib
import signal

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from shared.pipeline import SERVICES
from tests.faults.crowd import MORE
from tests.faults.extra import SLOW, extra
from tests.serving import until

pytestmark = [pytest.mark.timeout(600), pytest.mark.slow]
EXIT_S = 40.0
CONFLICTS = "redress_write_conflicts_total"


@pytest.mark.parametrize("service", SERVICES)
async def test_sigterm_in_a_handler_of_5_s_lets_it_end(arena, tmp_path, service):
    async with (
        arena.case("8", f"SIGTERM to {service} within a handler of 5 s") as case,
        extra(arena, service, tmp_path / service, module=SLOW, slow_s=5.0) as other,
    ):
        await other.ready()
        await case.submit(MORE)
        await other.busy()
        other.signal(signal.SIGTERM)
        code, seconds = await other.ended(EXIT_S)

    assert (code, seconds < EXIT_S) == (0, True)


async def test_sigterm_while_kafka_is_paused_ends_every_service(arena, tmp_path):
    async with (
        arena.case("9", "SIGTERM to every service while Kafka is paused") as case,
        contextlib.AsyncExitStack() as stack,
    ):
        enter = stack.enter_async_context
        others = [await enter(extra(arena, name, tmp_path / name)) for name in SERVICES]
        for other in others:
            await other.ready()
        await case.submit()
        await case.pause("kafka")
        for other in others:
            other.signal(signal.SIGTERM)
        ends = [await other.ended(EXIT_S) for other in others]

    assert {code for code, _ in ends} == {0}
    assert max(seconds for _, seconds in ends) < EXIT_S


def conflicts(process):
    """How many of its writes lost against another writer."""
    text = httpx.get(f"{process.url}/metrics", timeout=5, trust_env=False).text
    families = text_string_to_metric_families(text)
    return sum(s.value for f in families for s in f.samples if s.name == CONFLICTS)


@pytest.mark.parametrize("service", ["triage", "investigation", "resolution", "notify"])
async def test_a_sleeper_that_wakes_changes_nothing(arena, tmp_path, service):
    async with (
        arena.case("18", f"{service} asleep within a batch while another takes over") as case,
        extra(arena, service, tmp_path / service, module=SLOW, slow_s=2.0) as sleeper,
    ):
        await sleeper.ready()
        made = await case.submit(MORE)
        await sleeper.busy()
        sleeper.signal(signal.SIGSTOP)
        case.entry.cuts += 1
        assert await arena.running.closed(made, 150) == {}
        sleeper.signal(signal.SIGCONT)
        await until(lambda: conflicts(sleeper) > 0, 30)
        assert sleeper.child.returncode is None
