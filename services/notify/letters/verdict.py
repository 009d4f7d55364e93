"""What the letter of a decision says: cause, measures, result, and the ways on. No words yet."""

from __future__ import annotations

from services.notify.letters.contents import content, desk, instant_of
from services.notify.letters.outside import body_of, explorer_link
from shared.decider import Context
from shared.events.notify import LetterContent
from shared.events.resolution import DecisionMade

RULES = ("playbook:", "rule:")


def decision(data: DecisionMade, context: Context) -> LetterContent:
    """Cause, measures, result, and the ways on with their dates (Art. 6, DISP 1.6.2R)."""
    resolution = context.policy.resolution
    facts = {
        **_evidence(data),
        "explorer": _explorer(data, context),
        "body": body_of(context.policy.triage.pack),
        "outcome": data.outcome,
        "finding": data.finding,
        "cause": data.cause,
        "level": data.level,
        "last_level": data.level >= resolution.last_level,
        "by_playbook": _by_rule(data),
        "respond_by": instant_of(data.respond_by),
        "appeal_by": instant_of(context.now + resolution.appeal_within),
        **desk(context),
    }
    return content(
        context,
        "decision",
        f"decision:{data.decision_id}",
        facts=facts,
        remedies=data.remedies,
        explanation=data.explanation,
        points=data.points,
        decision_id=data.decision_id,
    )


def _by_rule(data: DecisionMade) -> bool:
    """Whether no person wrote the explanation; an old event does not say who proposed."""
    if data.proposed_by is None:
        return bool(data.details) and not data.points
    return data.proposed_by.startswith(RULES)


def _evidence(data: DecisionMade) -> dict[str, str | int | bool | None]:
    """The details by names that no fact of the letter itself has."""
    return {"identity_level" if k == "level" else k: v for k, v in data.details.items()}


def _explorer(data: DecisionMade, context: Context) -> str | None:
    told = data.details
    network = told.get("found_on") or told.get("network")
    return explorer_link(network, told.get("txid"), context.now.date())
