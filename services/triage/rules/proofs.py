"""Whose account it is, and how surely: a proof counts in whatever order it comes. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from services.triage.state import TriageState
from shared.decider import Context, DecideRule
from shared.events.base import Event, Input
from shared.events.triage import CaseEscalated, IdentityNoted
from shared.events.verification import IdentityVerified

PROVED = "identity-verified"


def on_identity_verified(
    state: TriageState, data: IdentityVerified, _context: Context
) -> list[Event]:
    """An emergency is escalated again once we know whose account it is, or that it is theirs.

    Of any other case a later proof is passed on: what moves money or lifts a freeze waits for it.
    Before the classification proofs are noted on the express lane alone: only there can they
    overtake the facts, which hold them otherwise.
    """
    unknown, grown = state.user_id is None, data.level > state.proof_of(data.user_id)
    if not state.classified:
        return [_noted(data)] if state.lane == "express" and (unknown or grown) else []
    if state.emergency and (unknown or grown):
        return [CaseEscalated(user_id=data.user_id, identity=data.level, reason=PROVED)]
    news = grown or data.user_id != state.user_id
    return [_noted(data)] if news and data.level > "L0" else []


def escalations(state: TriageState, user_id: str | None, identity: str, reason: str) -> list[Event]:
    """Every other account that was proved to be theirs; the case's own last, so that it stays."""
    named = CaseEscalated(user_id=user_id, identity=identity, reason=reason)
    others = ((who, level) for who, level in state.proved.items() if who != user_id)
    proved = [CaseEscalated(user_id=w, identity=p, reason=PROVED) for w, p in others]
    return [*proved, named] if user_id else [named, *proved]


def _noted(data: IdentityVerified) -> IdentityNoted:
    return IdentityNoted(user_id=data.user_id, level=data.level)


DECIDE: Mapping[type[Event | Input], DecideRule] = {IdentityVerified: on_identity_verified}
