"""Intake's links: complaints about the same matter, found by rule, taken apart by a person."""

from typing import ClassVar, Literal

from shared.events.base import Event, Input, Model, Refused, Result, StaffCommand


class Link(Model):
    """Another complaint (`other` is its id) about what seems to be the same matter, and why.

    One that `follows` another goes on where that ended. `people` says whether both came from one
    person; where they did not, nothing of one complaint is ever shown to the other's customer.
    """

    other: str
    reasons: tuple[Literal["txid", "order_id", "address", "near_text", "follows"], ...]
    people: Literal["same-contact", "different-contact", "unknown-contact"]


class LinksFound(Result):
    """The complaints of the last days about the same matter, none if there are none."""

    event_type: ClassVar[str] = "redress.links-found.v1"
    links: tuple[Link, ...] = ()


class LinkNoticed(Input):
    """Another complaint was found to be about the same matter as this one."""

    event_type: ClassVar[str] = "redress.link-noticed.v1"
    link: Link


class UnlinkSubmitted(StaffCommand):
    """A person says that two complaints are not about the same matter; `reason` is a code."""

    event_type: ClassVar[str] = "redress.unlink-submitted.v1"
    other: str
    reason: str


class UnlinkNoticed(Input):
    """The link was taken apart from the other complaint's side."""

    event_type: ClassVar[str] = "redress.unlink-noticed.v1"
    other: str
    reason: str
    staff: str


class TwinInformed(Result):
    """The other complaint's door took the news."""

    event_type: ClassVar[str] = "redress.twin-informed.v1"


class ComplaintCompared(Event):
    """The complaint was compared with those of the last days; `found` of them were new links."""

    event_type: ClassVar[str] = "redress.complaint-compared.v1"
    found: int


class ComplaintLinked(Event):
    """Another complaint is about the same matter; clocks, letters and money stay apart."""

    event_type: ClassVar[str] = "redress.complaint-linked.v1"
    link: Link
    noticed: bool = False


class ComplaintUnlinked(Event):
    """A person took the link to `other` apart; the two are never linked again by rule."""

    event_type: ClassVar[str] = "redress.complaint-unlinked.v1"
    other: str
    reason: str
    staff: str
    noticed: bool = False


class TwinTold(Event):
    """The other complaint knows of the link, or of its end."""

    event_type: ClassVar[str] = "redress.twin-told.v1"
    other: str


class UnlinkRefused(Refused):
    """There is no such link to take apart, or not for this person."""

    event_type: ClassVar[str] = "redress.unlink-refused.v1"
