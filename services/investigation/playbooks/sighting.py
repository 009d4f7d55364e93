"""What a network's node says about one transaction, in one shape for all networks."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from services.investigation.playbooks.answers import Answers, UnclearError
from services.investigation.playbooks.chains import Chain

NATIVE = b""


class Seen(Enum):
    """Whether the node knows the transaction; unclear when its answers do not say."""

    FOUND = "found"
    ABSENT = "absent"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Transfer:
    """Coins that moved: `units` in the smallest unit (None: not told), `contract` of the token.

    `index` is the output's or log entry's place in the transaction, None where there is but one.
    """

    to: bytes
    address: str
    units: Decimal | None
    contract: bytes = NATIVE
    index: int | None = None
    tag: int | None = None


@dataclass(frozen=True)
class Sighting:
    """One transaction on one network.

    `confirmations` is 0 while pending and None where the answers do not tell. `final`: the network
    itself calls it irreversible. `opaque`: a program ran that may have moved coins unrecorded.
    `block`: the block that holds it, as far as the node names it.
    """

    seen: Seen
    transfers: tuple[Transfer, ...] = ()
    confirmations: int | None = None
    failed: bool = False
    final: bool = False
    coinbase: bool = False
    opaque: bool = False
    reorged: bool = False
    block: str = ""

    @property
    def pending(self) -> bool:
        """Whether the transaction is in no block yet."""
        return self.confirmations == 0


ABSENT, UNCLEAR = Sighting(Seen.ABSENT), Sighting(Seen.UNCLEAR)
Decoder = Callable[[Answers, str, Chain], Sighting]


def depth(height: int, tip: Callable[[], int]) -> int | None:
    """Confirmations of a block under the tip: itself counts; None for a missing or older tip."""
    try:
        count = tip() - height + 1
    except UnclearError:
        return None
    return count if count > 0 else None
