"""How long a complaint takes at a steady rate: from its 202 to triaged, decided and told."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from shared.envelope import Envelope
from shared.events.base import Event
from shared.events.resolution import DecisionMade
from shared.events.triage import CaseAssigned
from shared.pipeline import STAGES
from tests.bench.complaints import facts_of
from tests.bench.ground import Ground, ground, say
from tests.bench.measures.customers import produced, submit, until_ready
from tests.bench.section import Section, machine_load, percentile
from tests.bench.variant import MODULES

FOR_S = 30.0
WARM_S = 15.0  # Kafka's own code is compiled in its first seconds
AFTER_S = 30.0
PROMISED_RATE, PROMISED_MS = 40.0, 100.0
WAITED = {"triaged": ("triage", CaseAssigned), "decided": ("resolution", DecisionMade)}


@dataclass(frozen=True)
class Latency:
    """Milliseconds from the 202, by what was waited for; `missing` never came."""

    rate: float
    ms: Mapping[str, Sequence[float]]
    missing: int
    refused: int
    cores: float


def at(rate: float) -> Latency:
    """Submit over HTTP at `rate` a second. Raises BenchError."""
    with ground() as place:
        asyncio.run(place.prepare())
        say("latency", f"{rate:.0f}/s for {FOR_S:.0f} s")
        with place.services(MODULES["ours"]) as gate:
            gate.open()
            return asyncio.run(_run(place, rate))


async def _run(place: Ground, rate: float) -> Latency:
    await until_ready(place)
    warm, count = int(WARM_S * rate), int((WARM_S + FOR_S) * rate)
    with machine_load() as load:
        submitted = await submit(place.url("intake"), [body_of(n) for n in range(count)], rate)
    accepted = submitted.at
    measured = dict(sorted(accepted.items(), key=lambda pair: pair[1])[warm:])
    await asyncio.sleep(1)
    ms: dict[str, list[float]] = {}
    for name, (stage, kind) in WAITED.items():
        topic = STAGES[stage].topic("events")
        awaited = partial(_is_one_of, kind, accepted)
        came = await produced(place.settings.kafka, topic, awaited, len(accepted), AFTER_S)
        ms[name] = [(came[id_] - t) * 1000 for id_, t in measured.items() if id_ in came]
    missing = max(len(measured) - len(found) for found in ms.values())
    return Latency(rate, ms, missing, submitted.refused, load.cores)


def _is_one_of(kind: type[Event], complaints: Collection[str], event: Envelope) -> bool:
    return isinstance(event.data, kind) and event.subject in complaints


def body_of(number: int) -> dict[str, str]:
    """A complaint as the form sends it."""
    facts = facts_of(number, datetime.now(UTC))
    body = {
        "subject": facts.subject.text,
        "description": facts.description.text,
        "contact_email": facts.contact.text if facts.contact else "",
        "user_id": facts.user_id or "",
    }
    if facts.txid:
        named = "txid", "address", "asset", "network"
        body |= {name: getattr(facts, name) for name in named} | {"amount": str(facts.amount)}
    return body


def measure(rates: Sequence[float]) -> tuple[Section, list[Latency]]:
    """At each rate. Raises BenchError."""
    section = Section(
        "Latency",
        f"Complaints over HTTP at a steady rate for {FOR_S:.0f} s, after {WARM_S:.0f} s that do "
        "not count. Milliseconds from the 202 to the event being produced.",
        (
            "complaints/s",
            *(f"{n} {p}" for n in WAITED for p in ("p50", "p99")),
            "429",
            "machine, cores",
        ),
    )
    found = [at(rate) for rate in rates]
    for one in found:
        shares = [percentile(one.ms[name], p) for name in WAITED for p in (0.5, 0.99)]
        figures = [f"{share:,.0f}" for share in shares]
        section.rows.append((f"{one.rate:.0f}", *figures, str(one.refused), f"{one.cores:.2f}"))
        section.demand(held=not one.missing, otherwise=f"{one.missing} of {one.rate:.0f}/s missing")
        if one.rate == PROMISED_RATE:
            held = shares[0] < PROMISED_MS
            section.demand(held=held, otherwise=f"p50 to triaged {shares[0]:.0f} ms at 40/s")
    return section, found
