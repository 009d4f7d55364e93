"""Who reads our letters: what their proof allows, and whom a signal is told to. Pure."""

from services.notify.letters import contents
from services.notify.state import NotifyState
from services.notify.telling import tell
from shared.decider import Context
from shared.events.base import Event
from shared.events.notify import RecipientNoted
from shared.events.verification import IdentityVerified


def on_identity_verified(
    state: NotifyState, data: IdentityVerified, context: Context
) -> list[Event]:
    """From here on letters may speak of the account; its holder is warned of a signal."""
    if data.contact and not state.signalled:
        return _warned(state, data, context)
    new = data.user_id != state.user_id or state.anti_phishing_code is None
    had = data.anti_phishing_code or state.anti_phishing_code
    if not (new and had):
        return noted_identity(state, data.level)
    return [
        RecipientNoted(
            verified=True if data.level != "L0" else None,
            user_id=data.user_id,
            anti_phishing_code=data.anti_phishing_code,
        )
    ]


def _warned(state: NotifyState, data: IdentityVerified, context: Context) -> list[Event]:
    """Nobody complained: what the exchange saw is told to who held the account before."""
    noted = RecipientNoted(
        verified=True,
        user_id=data.user_id,
        anti_phishing_code=data.anti_phishing_code,
        contact=data.contact,
    )
    told = {"contact": data.contact, "verified": True}
    known = state.model_copy(update={**told, "anti_phishing_code": data.anti_phishing_code})
    return [noted, *tell(known, contents.security_warning(context), context.now)]


def noted_identity(state: NotifyState, level: str) -> list[Event]:
    """Whoever proved who they are is written to more openly."""
    known = state.verified or level == "L0"
    return [] if known else [RecipientNoted(verified=True)]
