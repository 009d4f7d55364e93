"""Two complaints of one account about one transaction: the older one is judged."""

from collections.abc import Mapping

from services.investigation.state import InvestigationState
from shared.events.investigation import ClaimedFacts


def earlier_claims(
    asking: Mapping[str, ClaimedFacts], found: Mapping[str, InvestigationState]
) -> dict[str, list[str]]:
    """By complaint, the transaction if an older open complaint of the account names it too.

    A stranger's complaint never counts, or anybody could block a deposit by claiming it first.
    The order is total, so two complaints never refuse each other.
    """
    return {
        complaint: [str(claim.txid)]
        for complaint, claim in asking.items()
        if any(
            _same(claim, other.claim) and _since(other.claim, name) < _since(claim, complaint)
            for name, other in found.items()
            if not other.over
        )
    }


def _same(claim: ClaimedFacts, other: ClaimedFacts) -> bool:
    return (claim.txid, claim.user_id) == (other.txid, other.user_id)


def _since(claim: ClaimedFacts, complaint: str) -> tuple[str, str]:
    received = claim.received_at
    return (received.isoformat() if received else "~", complaint)
