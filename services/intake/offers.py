"""What of the commands of intake and verification the pages offer, and when. Pure."""

from collections.abc import Mapping

from services.intake.state import IntakeState
from services.intake.verification.state import VerificationState
from shared.http.tokens import Principal
from shared.reference import reference_of
from shared.runner.staff import Offer, Offers


def unlink(state: IntakeState, _who: Principal) -> list[Offer]:
    """One of the complaints that this one is linked with."""
    linking = state.linking
    others = [(o, reference_of(o)) for o in sorted(linking.links) if o not in linking.parted]
    return [Offer(choices={"other": others})] if others else []


def erase(state: IntakeState, who: Principal) -> list[Offer]:
    """For the first of two people, and for another one after."""
    known = state.erasure
    open_ = state.reference and not (known.approved or known.hold or known.asked_by == who.subject)
    return [Offer()] if open_ else []


def hold(state: IntakeState, _who: Principal) -> list[Offer]:
    """While there is something to keep."""
    return [] if state.erasure.approved or state.erasure.hold else [Offer()]


def release(state: IntakeState, _who: Principal) -> list[Offer]:
    """Where it is kept."""
    return [Offer()] if state.erasure.hold else []


def undecided(state: VerificationState, _who: Principal) -> list[Offer]:
    """Until it is decided whether the complaint may be dealt with."""
    return [] if state.ended else [Offer()]


def prove(state: VerificationState, _who: Principal) -> list[Offer]:
    """For the account that is known, if one is."""
    known = [(user, user) for user in (state.user_id, state.session) if user]
    return [Offer(choices={"user_id": list(dict.fromkeys(known))})]


INTAKE: Mapping[str, Offers] = {
    "unlink": unlink,
    "erase": erase,
    "hold": hold,
    "release": release,
}
VERIFICATION: Mapping[str, Offers] = {"decide-inadmissible": undecided, "record-proof": prove}
