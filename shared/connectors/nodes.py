"""The nodes that an installation names: several for each network, each with its host's share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import httpx

from shared.connectors.esplora import Esplora
from shared.connectors.evm import EvmNode
from shared.connectors.gate import Gate
from shared.connectors.node import Node, host_of
from shared.connectors.rippled import Rippled
from shared.connectors.tron import TronNode
from shared.settings import Settings

LIMIT_S = 3.0  # a call; a question is several


@dataclass(frozen=True)
class Named:
    """A node and what evidence calls it: its place in the list and its host."""

    name: str
    node: Node


Maker = Callable[..., Node]
Nodes = Mapping[str, Sequence[Named]]


def nodes_of(client: httpx.AsyncClient, settings: Settings) -> dict[str, tuple[Named, ...]]:
    """The nodes by network; none where no URL is set. The same URL twice is one source."""
    makers: dict[str, tuple[Maker, str]] = {
        "bitcoin": (Esplora, settings.esplora_url),
        "ethereum": (EvmNode, settings.ethereum_url.get_secret_value()),
        "bsc": (EvmNode, settings.bsc_url.get_secret_value()),
        "tron": (TronNode, settings.tron_url.get_secret_value()),
        "xrp_ledger": (Rippled, settings.xrpl_url.get_secret_value()),
    }
    gates: dict[str, Gate] = {}
    share = partial(Gate, settings.node_calls_at_once, settings.node_calls_per_s)
    return {
        network: tuple(
            Named(
                f"{place}@{host_of(url)}",
                make(client, url, gate=gates.setdefault(host_of(url), share()), limit=LIMIT_S),
            )
            for place, url in enumerate(_listed(urls), 1)
        )
        for network, (make, urls) in makers.items()
    }


def _listed(urls: str) -> list[str]:
    return list(dict.fromkeys(url.strip().rstrip("/") for url in urls.split(",") if url.strip()))
