"""The steps from the 202 to a freeze, as the log of the express lane tells them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared.envelope import Envelope
from shared.events.base import Event
from shared.events.intake import ComplaintReceived
from shared.events.resolution import EffectRequested, EffectVerified
from shared.events.triage import CaseEscalated
from shared.events.verification import VerificationStarted
from shared.pipeline import STAGES
from tests.bench.measures.customers import produced
from tests.bench.section import percentile


@dataclass(frozen=True)
class Step:
    """An event on the way to a freeze: where it is published, and what it is."""

    stage: str
    events: tuple[type[Event], ...]

    @property
    def topic(self) -> str:
        """Of the express lane."""
        return STAGES[self.stage].topic("events", "express")

    def taken(self, event: Envelope) -> bool:
        """Whether this event is it; of actions at the exchange the freeze alone."""
        return isinstance(event.data, self.events) and (
            getattr(event.data, "action", "freeze") == "freeze"
        )


CONFIRMED = Step("resolution", (EffectVerified,))
WAY = (
    Step("intake", (ComplaintReceived,)),
    Step("verification", (VerificationStarted,)),
    Step("triage", (CaseEscalated,)),
    Step("resolution", (EffectRequested,)),
)


async def until(kafka: str, step: Step, accepted: Mapping[str, float]) -> float:
    """The middle one of the milliseconds from each 202 to this step."""
    reached = await produced(kafka, step.topic, step.taken, 0, 0)
    return percentile(since(accepted, reached), 0.5)


def since(accepted: Mapping[str, float], reached: Mapping[str, float]) -> list[float]:
    """Milliseconds from each 202 to the step, of those that reached it."""
    return [(reached[id_] - at) * 1000 for id_, at in accepted.items() if id_ in reached]
