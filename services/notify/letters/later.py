"""What the letters say that come long after: how to stay safe, and that a fault is mended."""

from services.notify.letters.contents import content, desk, instant_of
from shared.decider import Context
from shared.events.notify import LetterContent
from shared.events.triage import ProblemFixed


def security_reminder(about: str, context: Context) -> LetterContent:
    """The habits that keep an account safe; nothing of the case."""
    return content(context, "security_reminder", about, facts=desk(context))


def improvement(data: ProblemFixed, context: Context) -> LetterContent:
    """You said, we did: said once for a problem."""
    facts = {"at": instant_of(context.at), **desk(context)}
    return content(context, "improvement", f"improvement:{data.problem_id}", facts=facts)
