"""Investigation's outside work: asking the sources of the plan."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.investigation.precedents import read_precedents
from services.investigation.rules.filing import filed
from services.investigation.rules.marks import marks_of
from services.investigation.rules.plan import SOURCES
from services.investigation.rules.twins import earlier_claims
from services.investigation.sources import Sources
from services.investigation.state import InvestigationState
from services.investigation.state.case import COLLECT, PRECEDENT
from shared.connectors.exchange import Exchange, Refused
from shared.connectors.nodes import nodes_of
from shared.errors import TransientError
from shared.events.base import Result
from shared.events.investigation import EvidenceCollected
from shared.runner.app import Wiring
from shared.runner.away import away
from shared.runner.due import Claim, Work, each

TWIN_FIELDS = ("state.claim", "state.level", "state.ended")


def work(wiring: Wiring) -> Mapping[str, Work]:
    """Asks sources; a source that is away is a result too, and is asked again by the rules."""
    settings = wiring.settings
    token = settings.exchange_token.get_secret_value()
    key = marking_key(settings.token_key.get_secret_value())
    exchange = Exchange(wiring.http, settings.exchange_url, token)
    nodes = nodes_of(wiring.http, settings)

    async def collect(claims: Sequence[Claim]) -> Sequence[Result | None]:
        earlier = await twins(wiring.database["investigation"], claims)
        sources = Sources(exchange, nodes, earlier)

        async def one(claim: Claim) -> EvidenceCollected:
            return await _collected(sources, claim, key)

        return await each(one)(claims)

    async def precedent(claims: Sequence[Claim]) -> Sequence[Result | None]:
        return await read_precedents(wiring.database["investigation"], claims)

    return {COLLECT: collect, PRECEDENT: precedent}


def marking_key(secret: str) -> bytes:
    """The key of all marks, made from the installation's token key (hex)."""
    return hmac.digest(bytes.fromhex(secret), b"marks", hashlib.sha256)


async def _collected(sources: Sources, claim: Claim, key: bytes) -> EvidenceCollected:
    name = str(claim.item.arguments["source"])
    result = EvidenceCollected(key=claim.item.key, put_by=claim.item.event, source=name)
    try:
        answer = await sources.ask(name, claim.complaint, claim.state.claim)
    except TransientError:
        return result.model_copy(update={"problem": "unavailable"})
    except Refused as error:
        return result.model_copy(update={"problem": error.slug})
    source = SOURCES[name]
    evidence = filed(
        answer,
        kind=source.type,
        source=name,
        query=source.query,
        at=claim.now,
        collector="worker",
        sensitivity=source.sensitivity,
    )
    return result.model_copy(update={"evidence": evidence, "marks": marks_of(answer, key)})


async def twins(collection: Any, claims: Iterable[Claim]) -> dict[str, list[str]]:
    """Which complaints of a batch an older one stands before, by one query.

    Raises TransientError while MongoDB is away.
    """
    asking = {c.complaint: c.state.claim for c in claims if c.item.arguments["source"] == "ledger"}
    txids = sorted({claim.txid for claim in asking.values() if claim.txid})
    if not txids:
        return {}
    with away():
        query = collection.find({"state.claim.txid": {"$in": txids}}, TWIN_FIELDS)
        rows = await query.to_list(None)
    found = {row["_id"]: InvestigationState.model_validate(row["state"]) for row in rows}
    return earlier_claims(asking, found)
