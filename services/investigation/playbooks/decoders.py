"""The table of decoders: one per family of networks."""

from collections.abc import Mapping
from types import MappingProxyType

from services.investigation.playbooks import esplora, evm, tron, xrp_ledger
from services.investigation.playbooks.answers import UnclearError
from services.investigation.playbooks.chains import CHAINS, HEX_ID
from services.investigation.playbooks.identity import is_of
from services.investigation.playbooks.sighting import ABSENT, UNCLEAR, Decoder, Sighting

DECODERS: Mapping[str, Decoder] = MappingProxyType(
    {
        "esplora": esplora.sight,
        "evm": evm.sight,
        "tron": tron.sight,
        "xrp_ledger": xrp_ledger.sight,
    }
)


def sight(chain_name: str, answers: object, txid: str) -> Sighting:
    """What the answers of a network's node say about a transaction; never raises.

    A node of another network is not believed.
    """
    chain = CHAINS.get(chain_name)
    if chain is None or not isinstance(answers, dict):
        return UNCLEAR
    if not HEX_ID.match(txid):
        return ABSENT  # no network of the table writes its ids so
    try:
        return DECODERS[chain.family](answers, txid, chain) if is_of(answers, chain) else UNCLEAR
    except UnclearError:
        return UNCLEAR
