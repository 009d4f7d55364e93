"""Linking's rules: a link is noted once on either side, and taken apart by a person for good."""

from __future__ import annotations

from services.intake.linking.state import TELL, Linked
from shared.decider import Context, DecideRule
from shared.events.base import Event, Input
from shared.events.intake import (
    ComplaintCompared,
    ComplaintLinked,
    ComplaintUnlinked,
    Link,
    LinkNoticed,
    LinksFound,
    TwinInformed,
    TwinTold,
    UnlinkNoticed,
    UnlinkRefused,
    UnlinkSubmitted,
)

MAY_UNLINK = frozenset({"agent", "supervisor", "admin"})
MOST = 50
"""Links of one complaint: a bound of its state, far above what a person brings about."""


def on_links_found(state: Linked, data: LinksFound, context: Context) -> list[Event]:
    """Note what is new; that there was a comparison is noted in any case."""
    room = MOST - len(state.linking.links)
    new = [link for link in data.links if _is_new(state, link, context)][: max(room, 0)]
    return [*(ComplaintLinked(link=link) for link in new), ComplaintCompared(found=len(new))]


def on_link_noticed(state: Linked, data: LinkNoticed, context: Context) -> list[Event]:
    """The other complaint was compared later than this one, and found it."""
    fits = _is_new(state, data.link, context) and len(state.linking.links) < MOST
    return [ComplaintLinked(link=data.link, noticed=True)] if fits else []


def on_unlink(state: Linked, data: UnlinkSubmitted, context: Context) -> list[Event]:
    """A person who has seen the case as it stands takes a link apart."""
    rule = _refusal(state, data)
    if rule:
        return [UnlinkRefused(rule=rule, input_id=context.cause, staff=data.staff)]
    return [ComplaintUnlinked(other=data.other, reason=data.reason, staff=data.staff)]


def on_unlink_noticed(state: Linked, data: UnlinkNoticed, context: Context) -> list[Event]:
    """The link was taken apart on the other side, perhaps before it was noted on this one."""
    if data.other in state.linking.parted:
        return []
    why = {"other": data.other, "reason": data.reason, "staff": data.staff}
    return [ComplaintUnlinked(**why, noticed=True)]


def on_twin_informed(state: Linked, data: TwinInformed, context: Context) -> list[Event]:
    """The other side knows."""
    return [TwinTold(other=data.key.removeprefix(f"{TELL}:"))]


def _is_new(state: Linked, link: Link, context: Context) -> bool:
    known = {context.complaint, *state.linking.links, *state.linking.parted}
    return link.other not in known


def _refusal(state: Linked, data: UnlinkSubmitted) -> str | None:
    if MAY_UNLINK.isdisjoint(data.roles):
        return "role-too-low"
    if data.other not in state.linking.links:
        return "no-such-link"
    moved_on = 0 < data.expected_sequence < state.sequence
    return "case-moved-on" if moved_on else None


LINKING: dict[type[Event | Input], DecideRule] = {
    LinksFound: on_links_found,
    LinkNoticed: on_link_noticed,
    UnlinkSubmitted: on_unlink,
    UnlinkNoticed: on_unlink_noticed,
    TwinInformed: on_twin_informed,
}
