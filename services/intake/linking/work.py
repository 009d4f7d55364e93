"""Linking's outside work: comparing with other complaints, and telling the one that was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from services.intake.digests import keyed
from services.intake.linking.index import TraceIndex
from services.intake.linking.rules import Traces, joined, links, traces_of
from services.intake.linking.state import UNLINKED
from services.intake.persons.index import People, people
from shared.envelope import named_id
from shared.events.base import Input, Result
from shared.events.intake import Link, LinkNoticed, LinksFound, TwinInformed, UnlinkNoticed
from shared.http.errors import ProblemError
from shared.runner.door import Door, Request
from shared.runner.due import Claim, Work, each
from shared.runner.wiring import Wiring


def work(wiring: Wiring) -> Mapping[str, Work]:
    """What the stage owes of linking, by kind."""
    secret = wiring.settings.token_key.get_secret_value()
    index = TraceIndex(wiring.database)
    comparing = Comparing(index, linking_key(secret), wiring.one(people))
    # The stage's door is opened after its parts are made.
    telling = each(lambda claim: tell(wiring.doors["intake"], claim))
    return {"compare_complaint": comparing.compare, "tell_twin": telling}


def linking_key(secret: str) -> bytes:
    """The key of all traces, made from the installation's token key (hex)."""
    return keyed(secret, b"linking")


class Comparing:
    """Compares complaints by traces under one key, and notes whose they are."""

    def __init__(self, index: TraceIndex, key: bytes, people: People) -> None:
        self.index = index
        self.key = key
        self.people = people

    async def compare(self, claims: Sequence[Claim]) -> list[Result | None]:
        """Keep a batch's traces, then look for others: of two at once, one finds the other.

        Raises TransientError.
        """
        known = await self.index.known(claim.complaint for claim in claims)
        traces = {c.complaint: joined(known.get(c.complaint), self._traces(c)) for c in claims}
        await self.index.keep(traces)
        contacts = {c.complaint: c.state.contact.text for c in claims if c.state.contact}
        await self.people.keep(contacts)

        async def one(claim: Claim) -> LinksFound:
            mine = traces[claim.complaint]
            found = links(mine, await self.index.near(claim.complaint, mine))
            return LinksFound(key=claim.item.key, put_by=claim.item.event, links=found)

        return list(await each(one)(claims))

    def _traces(self, claim: Claim) -> Traces:
        contact = claim.state.contact
        return traces_of(claim.state.linking.sought, contact.text if contact else None, self.key)


async def tell(door: Door, claim: Claim) -> TwinInformed:
    """Tell the other complaint, once however often. Raises TransientError."""
    item = claim.item
    other = str(item.arguments["other"])
    data = _news(claim, item.arguments)
    state = await door.state(other)
    lane = state.lane if state else "normal"
    request = Request(named_id(other, f"{item.event}|{item.key}"), "", {})
    with suppress(ProblemError):  # the other complaint was erased: nobody is left to tell
        await door.accept(data, complaint=other, actor="system", lane=lane, request=request)
    return TwinInformed(key=item.key, put_by=item.event)


def _news(claim: Claim, arguments: Mapping[str, Any]) -> Input:
    if arguments["what"] == UNLINKED:
        why = {"reason": arguments["reason"], "staff": arguments["staff"]}
        return UnlinkNoticed(other=claim.complaint, **why)
    there: Link = claim.state.linking.links[str(arguments["other"])]
    return LinkNoticed(link=there.model_copy(update={"other": claim.complaint}))
