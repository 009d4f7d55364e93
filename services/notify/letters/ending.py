"""What the letters say at the end: taken back, going on elsewhere, how was it. Codes, no words."""

from __future__ import annotations

from services.notify.letters.contents import content, desk, instant_of
from shared.decider import Context
from shared.events.intake import MessageMoved
from shared.events.notify import LetterContent
from shared.events.resolution import CaseClosed


def withdrawn(context: Context) -> LetterContent:
    """The complaint is put to rest because the customer said so, and may be brought again."""
    return content(context, "withdrawn", "withdrawn", facts=desk(context))


def continued(data: MessageMoved, context: Context) -> LetterContent:
    """What came after the end is a complaint of its own, with its own deadlines."""
    facts = {
        "continued_as": data.reference,
        "received_at": instant_of(data.word.received_at),
        "since": instant_of(data.since) if data.since else None,
        **desk(context),
    }
    return content(context, "continued", f"continued:{data.into}", facts=facts)


def rating_request(data: CaseClosed, context: Context) -> LetterContent:
    """How was it? Asked once for each decision."""
    about, facts = f"rating:{data.decision_id}", {"outcome": data.outcome}
    return content(context, "rating_request", about, facts=facts, decision_id=data.decision_id)
