"""The sources of one network beside each other: what they say, and what of it stands. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.investigation.playbooks.agreement import ENOUGH, agreed, differ
from services.investigation.playbooks.decoders import sight
from services.investigation.playbooks.sighting import Seen, Sighting

# {"source", "responses"} of a node that answered, {"source", "problem"} of one that did not.
Told = Mapping[str, Any]
Content = Mapping[str, Any]

SOURCES, ELSEWHERE = "sources", "elsewhere"


def told(content: Content) -> Sequence[Told]:
    """What each source said; evidence of before there were several holds the answers of one."""
    return content.get(SOURCES) or [{"responses": content.get("responses")}]


def sightings(network: str, sources: Iterable[Told], txid: str) -> list[Sighting]:
    """What each source saw."""
    return [sight(network, source.get("responses"), txid) for source in sources]


def seen(network: str, content: Content, txid: str) -> dict[str, Sighting]:
    """What stands of each network that was asked."""
    elsewhere = content.get(ELSEWHERE, {})
    asked = {**elsewhere, network: told(content)}
    return {name: agreed(sightings(name, sources, txid)) for name, sources in asked.items()}


def disagree(network: str, content: Content, txid: str) -> bool:
    """Whether sources of the network told different things, rather than nothing."""
    return differ(sightings(network, told(content), txid))


def confirmed_absent(network: str, content: Content, txid: str, looks: int) -> bool:
    """Whether the transaction was missed often enough: by two sources, or in two looks by one."""
    absent = [s for s in sightings(network, told(content), txid) if s.seen is Seen.ABSENT]
    return len(absent) >= ENOUGH or looks + 1 >= ENOUGH
