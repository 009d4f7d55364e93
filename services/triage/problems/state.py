"""What a case knows of the problem that it shares with others."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import AwareDatetime

from shared.decider import EvolveRule, State, due
from shared.envelope import Envelope
from shared.events.base import DueItem, Event, Model
from shared.events.triage import (
    CaseClassified,
    MembersTold,
    ProblemFixed,
    ProblemJoined,
    ProblemOpened,
)

OPENED, FIXED = "opened", "fixed"
TELL = "tell_members"


class Membership(Model):
    """The problem of a case; cases alike that were classified since `since` belong to it."""

    id: str
    since: AwareDatetime
    fixed: bool = False


class Grouped(State):
    """The part of triage's state that problems are kept in.

    `alike` names what cases about the same thing have in common: category|asset|network.
    """

    alike: str | None = None
    classified_at: AwareDatetime | None = None
    problem: Membership | None = None

    @property
    def telling(self) -> dict[str, DueItem]:
        """What is owed to the other members, however the case itself ends."""
        return {key: item for key, item in self.due.items() if item.kind == TELL}


def alike(data: CaseClassified) -> str:
    """What a case has in common with others about the same thing."""
    asset, network = (data.asset or "").upper(), (data.network or "").lower()
    return f"{data.category}|{asset}|{network}"


def on_opened(state: Grouped, data: ProblemOpened, event: Envelope) -> Grouped:
    """The case is the first that knows; the others are told."""
    membership = Membership(id=data.problem_id, since=data.since)
    owed = state.owing(_telling(event, OPENED, {}))
    return state.model_copy(update={"problem": membership, "due": owed})


def on_joined(state: Grouped, data: ProblemJoined, event: Envelope) -> Grouped:
    """The case belongs to a problem."""
    return state.model_copy(
        update={"problem": Membership(id=data.problem_id, since=data.since)},
    )


def on_fixed(state: Grouped, data: ProblemFixed, event: Envelope) -> Grouped:
    """The problem is mended; the other members are told by the one where a person said so."""
    problem = state.problem and state.problem.model_copy(update={"fixed": True})
    news = _telling(event, FIXED, {"reason": data.reason, "staff": data.staff})
    owed = state.due if data.noticed else state.owing(news)
    return state.model_copy(update={"problem": problem, "due": owed})


def on_told(state: Grouped, data: MembersTold, event: Envelope) -> Grouped:
    """All others know, or the next ones are told."""
    if data.last is None:
        return state.model_copy(update={"due": state.without(_key(data.what))})
    said = state.due[_key(data.what)].arguments
    owed = state.owing(_telling(event, data.what, said | {"last": data.last}))
    return state.model_copy(update={"due": owed})


def _telling(event: Envelope, what: str, said: dict[str, str | None]) -> DueItem:
    item = due(event, _key(what), TELL)
    return item.model_copy(update={"arguments": {**said, "what": what}})


def _key(what: str) -> str:
    return f"members:{what}"


EVOLVE: Mapping[type[Event], EvolveRule] = {
    ProblemOpened: on_opened,
    ProblemJoined: on_joined,
    ProblemFixed: on_fixed,
    MembersTold: on_told,
}
