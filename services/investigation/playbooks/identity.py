"""Whether a node is of the network that it was asked for: its chain id, genesis or network id."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from services.investigation.playbooks.answers import (
    Answers,
    body,
    fields,
    hex_whole,
    http_body,
    rpc_result,
    text,
    whole,
)
from services.investigation.playbooks.chains import Chain

GENESIS, CHAIN_ID, FIRST_BLOCK, SERVER = (
    "GET /block-height/0",
    "eth_chainId",
    "/wallet/getblockbynum",
    "server_info",
)
Reader = Callable[[Answers], str]


def _esplora(answers: Answers) -> str:
    return text(http_body(answers, GENESIS)).strip().lower()


def _evm(answers: Answers) -> str:
    return str(hex_whole(rpc_result(answers, CHAIN_ID)))


def _tron(answers: Answers) -> str:
    return text(fields(body(answers[FIRST_BLOCK])).get("blockID")).lower()


def _xrp_ledger(answers: Answers) -> str:
    result = fields(fields(body(answers[SERVER])).get("result"))
    return str(whole(fields(result.get("info")).get("network_id")))


READERS: Mapping[str, tuple[str, Reader]] = MappingProxyType(
    {
        "esplora": (GENESIS, _esplora),
        "evm": (CHAIN_ID, _evm),
        "tron": (FIRST_BLOCK, _tron),
        "xrp_ledger": (SERVER, _xrp_ledger),
    }
)


def is_of(answers: Answers, chain: Chain) -> bool:
    """Whether the node is of the network, as far as it was asked. Raises UnclearError."""
    recorded, read = READERS[chain.family]
    return recorded not in answers or read(answers) == chain.identity
