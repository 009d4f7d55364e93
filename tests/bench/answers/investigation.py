"""Evidence: the stage's own sources over an exchange and a chain that are at hand."""

from __future__ import annotations

from typing import Any

from services.investigation.rules.filing import filed
from services.investigation.rules.plan import SOURCES
from services.investigation.sources import Sources
from shared.connectors.nodes import Named
from shared.events.investigation import EvidenceCollected, PrecedentRead
from tests.bench.world import Chain, Exchange

sources = Sources(Exchange(), {"bitcoin": (Named("1", Chain()),)}, {})


async def collect(claim: Any) -> EvidenceCollected:
    name = claim.item.arguments["source"]
    source = SOURCES[name]
    evidence = filed(
        await sources.ask(name, claim.complaint, claim.state.claim),
        kind=source.type,
        source=name,
        query=source.query,
        at=claim.now,
        collector="worker",
        sensitivity=source.sensitivity,
    )
    return EvidenceCollected(
        key=claim.item.key, put_by=claim.item.event, source=name, evidence=evidence
    )


async def precedent(claim: Any) -> PrecedentRead:
    return PrecedentRead(key=claim.item.key, put_by=claim.item.event)


ANSWERS = {"collect": collect, "precedent": precedent}
