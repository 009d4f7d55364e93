"""After the decision: a call to who was not content, and the way to somebody outside."""

from datetime import date
from typing import ClassVar, Literal

from shared.events.base import Event, Refused, StaffCommand
from shared.events.personal import Personal

Body = Literal["ombudsman", "authority", "arbitration", "court"]


class CallbackSubmitted(StaffCommand):
    """A person called whoever rated a decision low; `outcome` is a code."""

    event_type: ClassVar[str] = "redress.callback-submitted.v1"
    decision_id: str
    outcome: str


class ReferralSubmitted(StaffCommand):
    """The customer took the matter to somebody outside; `reference` is the number they gave it."""

    event_type: ClassVar[str] = "redress.referral-submitted.v1"
    body: Body
    referred_on: date
    reference: Personal | None = None


class ExternalDecisionSubmitted(StaffCommand):
    """What somebody outside decided."""

    event_type: ClassVar[str] = "redress.external-decision-submitted.v1"
    outcome: Literal["upheld", "partly_upheld", "rejected", "settled", "withdrawn"]
    decided_on: date
    summary: Personal


class CallbackRequested(Event):
    """A low rating: somebody who did not propose the decision calls. The case stays closed."""

    event_type: ClassVar[str] = "redress.callback-requested.v1"
    decision_id: str
    score: int


class CallbackMade(Event):
    """The customer was called."""

    event_type: ClassVar[str] = "redress.callback-made.v1"
    decision_id: str
    outcome: str
    staff: str


class ExternalReferred(Event):
    """Level 3: somebody outside looks at our last decision."""

    event_type: ClassVar[str] = "redress.external-referred.v1"
    body: Body
    referred_on: date
    reference: Personal | None = None
    decision_id: str
    staff: str


class ExternalDecided(Event):
    """What somebody outside decided; what follows from it is a matter of its own."""

    event_type: ClassVar[str] = "redress.external-decided.v1"
    body: Body
    outcome: Literal["upheld", "partly_upheld", "rejected", "settled", "withdrawn"]
    decided_on: date
    summary: Personal
    staff: str


class CallbackRefused(Refused):
    """Nobody waits for this call, or it is not this person's to make."""

    event_type: ClassVar[str] = "redress.callback-refused.v1"


class ReferralRefused(Refused):
    """Our own last word is not spoken, or the matter was taken outside already."""

    event_type: ClassVar[str] = "redress.referral-refused.v1"


class ExternalDecisionRefused(Refused):
    """The matter was not taken outside, or was decided there already."""

    event_type: ClassVar[str] = "redress.external-decision-refused.v1"
