"""What verification's rules share: what is known, what is missing, who it is, the decision."""

from typing import cast

from services.intake.verification import rules
from services.intake.verification.state import ACCOUNT, VerificationState
from shared.decider import Context
from shared.events.base import ComplaintFacts
from shared.events.verification import (
    AccountLookedUp,
    AdmissibilityDecided,
    IdentityFailed,
    IdentityLevel,
    IdentityVerified,
    InfoRequested,
)
from shared.policy import IdentityPolicy

CONTACT, SESSION = "contact_of_account", "session"
INADMISSIBLE, WITHDRAWN = "inadmissible", "withdrawn"


def known(state: VerificationState) -> ComplaintFacts:
    """The facts, where there are some for sure: nothing is looked up or asked without."""
    return cast("ComplaintFacts", state.facts)


def missing(state: VerificationState, context: Context) -> tuple[str, ...]:
    """All that the customer still has to say: for the category, and what a person asked."""
    facts, held = known(state), rules.completed(known(state), {}, state.user_id)
    asked = tuple(item for item in state.extra if not getattr(held, item))
    if state.ended:
        return asked
    doubtful = state.differs and not state.confirmed
    policy = context.policy.verification
    needed = rules.missing(policy, facts, state.user_id, doubtful=doubtful)
    return (*needed, *(item for item in asked if item not in needed))


def request(items: tuple[str, ...], context: Context, staff: str | None = None) -> InfoRequested:
    """One request for everything, with its reminders and its deadline."""
    policy = context.policy.verification
    return InfoRequested(
        items=items,
        reminders_at=tuple(context.now + wait for wait in policy.reminders),
        deadline_at=context.now + policy.deadline,
        staff=staff,
    )


def admitted(
    state: VerificationState,
    facts: ComplaintFacts,
    context: Context,
    lacking: tuple[str, ...] = (),
    *,
    emergency: bool = False,
) -> AdmissibilityDecided:
    """The complaint is dealt with; a level counts for the account that it was proved of alone."""
    told = rules.completed(facts, {}, state.user_id)
    level: IdentityLevel = state.identity if told.user_id == state.user_id else "L0"
    return AdmissibilityDecided(
        admissible=True,
        facts=told,
        missing=lacking,
        identity=level,
        allows=context.policy.identity.allows(level),
        emergency=emergency,
    )


def identity(
    state: VerificationState, found: AccountLookedUp, policy: IdentityPolicy
) -> IdentityVerified | IdentityFailed:
    """Who it is, as sure as the best proof: one that was shown before still counts."""
    if found.contact_elsewhere:
        return IdentityFailed(reason="contact_differs")
    if found.user_id is None:
        several = found.matches > 1
        return IdentityFailed(reason="several_accounts" if several else "unknown_account")
    proof = _proof(state, found)
    level = policy.proofs[proof] if proof else "L0"
    if state.user_id == found.user_id and state.identity > level:
        level, proof = state.identity, state.proof
    return verified(policy, found.user_id, level, proof, found)


def proved_by_session(
    state: VerificationState, session: str | None, policy: IdentityPolicy
) -> list[IdentityVerified]:
    """A message from a session of the account raises the level, and never lowers it.

    While the account is looked up nothing is told: what is found would still be unknown.
    """
    if state.facts is None or state.ended in (INADMISSIBLE, WITHDRAWN) or ACCOUNT in state.due:
        return []
    level = policy.proofs[SESSION]
    if session is None or session != account_of(state) or level <= state.identity:
        return []
    return [verified(policy, session, level, SESSION)]


def account_of(state: VerificationState) -> str | None:
    """The account that was found, else the one named from another account's mailbox."""
    return state.user_id or (known(state).user_id if state.differs else None)


def verified(
    policy: IdentityPolicy,
    user_id: str,
    level: IdentityLevel,
    proof: str | None,
    found: AccountLookedUp | None = None,
) -> IdentityVerified:
    """One account, and what may be asked for it."""
    return IdentityVerified(
        user_id=user_id,
        level=level,
        kyc_level=found.kyc_level if found else None,
        proof=proof,
        allows=policy.allows(level),
        held=found.held if found and tells(proof) else {},
        anti_phishing_code=found.anti_phishing_code if found else None,
        contact=found.contact if found else None,
    )


def tells(proof: str | None) -> bool:
    """Whether a proof opens what we hold; a contact alone may be typed by anybody."""
    return proof not in (None, CONTACT)


def _proof(state: VerificationState, found: AccountLookedUp) -> str | None:
    """An account that the customer named, and holds the contact of, or is signed in to."""
    if state.session and state.session == found.user_id:
        return SESSION
    return CONTACT if known(state).user_id and found.contact_matches else None
