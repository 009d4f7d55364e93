"""What a case knows of the one that it waits for, of those that wait for it, and who must hear."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from services.triage.taking.state import MERGED, Taken, offered
from shared.decider import EvolveRule, due
from shared.envelope import Envelope
from shared.events.base import DueItem, Event
from shared.events.triage import CaseJoined, CaseMerged, CaseParted, CaseUnmerged, MergeTold

if TYPE_CHECKING:
    from services.triage.state import TriageState

TELL = "tell_merge"
JOINED, PARTED, ENDED = "joined", "parted", "ended"
SETTLED, NO_LEAD = "leading-settled", "leading-merged"


class Merged(Taken):
    """The part of triage's state that merges are kept in.

    `leads` are the cases that wait for this one; `merged_into` (of Taken) the one it waits for.
    """

    leads: tuple[str, ...] = ()

    @property
    def merge_news(self) -> dict[str, DueItem]:
        """What is owed to other cases, however this one ends."""
        return {key: item for key, item in self.due.items() if item.kind == TELL}


def on_merged(state: TriageState, data: CaseMerged, event: Envelope) -> TriageState:
    """Nobody is looked for, and the case is no load; every clock runs on."""
    news = _news(state, event, data.into, JOINED, staff=data.staff)
    owed = {**state.without(f"assign:{state.level}"), **news}
    changes: dict[str, Any] = {"merged_into": data.into, "queue": MERGED, "open": False}
    return state.model_copy(update={**changes, "due": owed, "moved": event.sequence})


def on_unmerged(state: TriageState, data: CaseUnmerged, event: Envelope) -> TriageState:
    """Whoever had the case has it again; if nobody had, somebody is looked for."""
    news = {} if data.noticed else _news(state, event, data.into, PARTED)
    changes: dict[str, Any] = {"merged_into": None, "queue": None, "due": {**state.due, **news}}
    changes |= {"open": state.assignee is not None, "moved": event.sequence}
    state = state.model_copy(update=changes)
    return state if state.open else offered(state, event)


def on_joined(state: TriageState, data: CaseJoined, event: Envelope) -> TriageState:
    """Another waits for this one; where nobody works on this one either, it must not."""
    reason = SETTLED if state.over else NO_LEAD if state.merged_into else None
    if reason:
        news = _ended(state, event, data.other, reason)
        return state.model_copy(update={"due": {**state.due, **news}})
    return state.model_copy(update={"leads": (*state.leads, data.other)})


def on_parted(state: TriageState, data: CaseParted, event: Envelope) -> TriageState:
    """One less waits."""
    left = tuple(other for other in state.leads if other != data.other)
    return state.model_copy(update={"leads": left})


def on_told(state: TriageState, data: MergeTold, event: Envelope) -> TriageState:
    """Owe it no more."""
    return state.model_copy(update={"due": state.without(data.key)})


def settled(state: TriageState, event: Envelope) -> TriageState:
    """Nobody works on the case any more: who waits for it goes on, and it waits for nobody."""
    owed = dict(state.due)
    for other in state.leads:
        owed |= _ended(state, event, other, SETTLED)
    if state.merged_into:
        owed |= _news(state, event, state.merged_into, PARTED)
    return state.model_copy(update={"due": owed, "leads": (), "merged_into": None})


def _ended(state: TriageState, event: Envelope, to: str, reason: str) -> dict[str, DueItem]:
    return _news(state, event, to, ENDED, reason=reason, assignee=state.assignee)


def _news(
    state: TriageState, event: Envelope, to: str, what: str, **said: str | None
) -> dict[str, DueItem]:
    """One item; what the same case must hear comes to it in order."""
    before = [key for key, item in state.merge_news.items() if item.arguments["to"] == to]
    after = before[-1] if before else None
    key = f"merge:{event.id}:{to}"
    item = due(event, key, TELL, after=after)
    return {key: item.model_copy(update={"arguments": {**said, "to": to, "what": what}})}


EVOLVE: Mapping[type[Event], EvolveRule] = {
    CaseMerged: on_merged,
    CaseUnmerged: on_unmerged,
    CaseJoined: on_joined,
    CaseParted: on_parted,
    MergeTold: on_told,
}
