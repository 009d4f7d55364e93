"""What a stage is: a decider, its state, and what it may know beside its input."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import Field

from shared.events.base import DueItem, Event, Input, Lane, LaneRaised, Model, Result

if TYPE_CHECKING:
    from shared.envelope import Envelope
    from shared.policy import Policy


class State(Model):
    """What every stage knows of a complaint: the fold of the stage's own events, nothing else.

    `sequence` is the stage's last event of the complaint; `due` is the work it owes, by key.
    """

    sequence: int = 0
    lane: Lane = "normal"
    due: dict[str, DueItem] = Field(default_factory=dict)

    def owing(self, *items: DueItem) -> dict[str, DueItem]:
        """The due work with `items` added."""
        return {**self.due, **{item.key: item for item in items}}

    def without(self, *keys: str) -> dict[str, DueItem]:
        """The due work with `keys` removed."""
        return {key: item for key, item in self.due.items() if key not in keys}


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule may use beside state and input: the instant, the policy, and the cause.

    `happened_at` is when the cause came about, by its producer's clock.
    """

    now: datetime
    policy: Policy
    complaint: str
    cause: str
    actor: str = "system"
    happened_at: datetime | None = None

    @property
    def at(self) -> datetime:
        """When the cause came about, as far as we can know: never later than now."""
        return min(self.happened_at or self.now, self.now)


S = TypeVar("S", bound=State)
DecideRule = Callable[[Any, Any, Context], list[Event]]
EvolveRule = Callable[[Any, Any, "Envelope"], Any]


@dataclass(frozen=True)
class Decider(Generic[S]):
    """A stage's rules as two tables: by input type, and by own event type."""

    state: type[S]
    decide_table: Mapping[type[Event | Input], DecideRule]
    evolve_table: Mapping[type[Event], EvolveRule]

    def decide(self, state: S, data: Event | Input, context: Context) -> list[Event]:
        """Apply the rule for this input. A result that matches no due item changes nothing."""
        if isinstance(data, Result):
            item = state.due.get(data.key)
            if item is None or item.event != data.put_by:
                return []
        return self.decide_table[type(data)](state, data, context)

    def evolve(self, state: S, event: Envelope) -> S:
        """Fold one own event into the state. Raises KeyError on an event that is not ours."""
        data = event.data
        if isinstance(data, LaneRaised):
            state = state.model_copy(update={"lane": "express"})
        else:
            rule = self.evolve_table.get(type(data), _noted)
            state = rule(state, data, event)
        return state.model_copy(update={"sequence": event.sequence})


def _noted(state: S, data: Event, event: Envelope) -> S:  # noqa: ARG001 - an evolve rule's signature
    return state


def due(
    event: Envelope,
    key: str,
    kind: str,
    at: datetime | None = None,
    *,
    after: str | None = None,
    **arguments: str | None,
) -> DueItem:
    """Make an item of due work that `event` puts into the state; at once unless `at` is given."""
    return DueItem(
        key=key,
        kind=kind,
        at=at or event.time,
        event=event.id,
        lane=event.lane or "normal",
        after=after,
        arguments=arguments,
    )
