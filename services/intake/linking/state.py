"""What a complaint knows of others about the same matter, and what it is still compared by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import AwareDatetime, Field

from shared.decider import EvolveRule, State, due
from shared.envelope import Envelope
from shared.events.base import DueItem, Event, Model
from shared.events.intake import (
    ComplaintCompared,
    ComplaintLinked,
    ComplaintReceived,
    ComplaintUnlinked,
    Link,
    MessageReceived,
    TwinTold,
)
from shared.events.personal import Personal

COMPARE, TELL = "compare", "tell"
LINKED, UNLINKED = "linked", "unlinked"
_IDS = ("txid", "order_id", "address")


class Sought(Model):
    """What came since the complaint was last compared with others; `at` is when the newest came."""

    at: AwareDatetime
    txid: str | None = None
    order_id: str | None = None
    address: str | None = None
    words: tuple[Personal, ...] = ()


class Linking(Model):
    """`links` by the other complaint's id; those in `parted` a person took apart, for good."""

    sought: Sought | None = None
    links: dict[str, Link] = Field(default_factory=dict)
    parted: tuple[str, ...] = ()


class Linked(State):
    """The part of intake's state that links are kept in."""

    reference: str | None = None
    linking: Linking = Linking()


def tell_key(other: str) -> str:
    """The key of the due work that tells `other`."""
    return f"{TELL}:{other}"


def on_received(state: Linked, data: ComplaintReceived, event: Envelope) -> Linked:
    """The complaint is compared by all that it says, and by what overtook it."""
    facts, early = data.facts, state.linking.sought
    sought = Sought(
        at=facts.received_at,
        txid=facts.txid,
        order_id=facts.order_id,
        address=facts.address,
        words=(facts.subject, facts.description, *(early.words if early else ())),
    )
    return _with(state, state.owing(_comparison(event)), sought=sought)


def on_message(state: Linked, data: MessageReceived, event: Envelope) -> Linked:
    """A message is compared too; one that overtook its complaint waits for it."""
    before = state.linking.sought or Sought(at=data.received_at)
    given = {name: data.supplied[name] for name in _IDS if name in data.supplied}
    words = (*before.words, data.text)
    sought = before.model_copy(update={**given, "at": data.received_at, "words": words})
    owed = state.owing(_comparison(event)) if state.reference else state.due
    return _with(state, owed, sought=sought)


def on_compared(state: Linked, data: ComplaintCompared, event: Envelope) -> Linked:
    """Nothing is left to compare."""
    return _with(state, state.without(COMPARE), sought=None)


def on_linked(state: Linked, data: ComplaintLinked, event: Envelope) -> Linked:
    """The link stands; the other complaint is told, unless it was the one that told us."""
    other = data.link.other
    owed = state.due if data.noticed else state.owing(_telling(event, other, what=LINKED))
    return _with(state, owed, links={**state.linking.links, other: data.link})


def on_unlinked(state: Linked, data: ComplaintUnlinked, event: Envelope) -> Linked:
    """The link is gone and is not found again; the other complaint is told."""
    news = _telling(event, data.other, what=UNLINKED, reason=data.reason, staff=data.staff)
    return _with(
        state,
        state.without(tell_key(data.other)) if data.noticed else state.owing(news),
        links={other: link for other, link in state.linking.links.items() if other != data.other},
        parted=(*state.linking.parted, data.other),
    )


def on_told(state: Linked, data: TwinTold, event: Envelope) -> Linked:
    """The other complaint knows."""
    return _with(state, state.without(tell_key(data.other)))


def _with(state: Linked, owed: dict[str, DueItem], **update: Any) -> Linked:
    linking = state.linking.model_copy(update=update)
    return state.model_copy(update={"linking": linking, "due": owed})


def _comparison(event: Envelope) -> DueItem:
    return due(event, COMPARE, "compare_complaint")


def _telling(event: Envelope, other: str, **news: str) -> DueItem:
    item = due(event, tell_key(other), "tell_twin")
    return item.model_copy(update={"arguments": {"other": other, **news}})


_RULES: dict[type[Event], EvolveRule] = {
    ComplaintReceived: on_received,
    MessageReceived: on_message,
    ComplaintCompared: on_compared,
    ComplaintLinked: on_linked,
    ComplaintUnlinked: on_unlinked,
    TwinTold: on_told,
}


def with_linking(table: Mapping[type[Event], EvolveRule]) -> dict[type[Event], EvolveRule]:
    """Intake's own table with linking's rules; where both have one, linking's comes second."""
    return {**table, **{kind: _after(table.get(kind), rule) for kind, rule in _RULES.items()}}


def _after(first: EvolveRule | None, then: EvolveRule) -> EvolveRule:
    if first is None:
        return then
    return lambda state, data, event: then(first(state, data, event), data, event)
