"""Answers cut to what one event can hold: 256 KiB, and sealed text grows by a third."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeVar

from services.investigation.playbooks.chains import Chain
from services.investigation.playbooks.decoders import sight
from services.investigation.playbooks.esplora import TRANSACTION
from services.investigation.playbooks.evm import RECEIPT
from services.investigation.playbooks.evm import TRANSACTION as BY_HASH
from services.investigation.playbooks.sighting import Seen

T = TypeVar("T")
Json = dict[str, Any]
Answers = Json

LARGEST = 100_000  # bytes of JSON
ADDRESS = "scriptpubkey_address"
BODY, CALL = 40, 2 + 8 + 3 * 64  # hex digits of an account; of a call with three words
RECIPIENT = 2  # the topic that names who is paid
TRANSACTIONS = ("/wallet/gettransactionbyid",)
INFOS = ("/wallet/gettransactioninfobyid", "/walletsolidity/gettransactioninfobyid")


def size(value: object) -> int:
    """Bytes of a value as JSON."""
    return len(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode())


def newest(rows: Sequence[T], largest: int = LARGEST) -> list[T]:
    """The last rows that fit, in their order."""
    kept, left = 0, largest
    for row in reversed(rows):
        left -= size(row) + 1
        if left < 0:
            break
        kept += 1
    return list(rows[len(rows) - kept :])


def compact(
    answers: Answers, chain: Chain, txid: str, keep: Collection[str], largest: int = LARGEST
) -> Answers:
    """The answers, a very large transaction reduced to what it moves to `keep` addresses.

    What is kept keeps its place and its value. Answers that are too large even so, or that hold no
    transaction, are left out.
    """
    if size(answers) <= largest:
        return answers
    if sight(chain.name, answers, txid).seen is not Seen.FOUND:
        return {}
    small = CUTS[chain.family](answers, {chain.place(address) for address in keep}, chain)
    return small if size(small) <= largest else {}


def _esplora(answers: Answers, keep: Collection[bytes], chain: Chain) -> Answers:
    """Of the inputs the first is kept, which tells a coinbase."""
    transaction = answers[TRANSACTION]["json"]
    outputs = [
        out
        if chain.place(str(out.get(ADDRESS, ""))) in keep
        else {"scriptpubkey": "", "value": out.get("value")}
        for out in transaction.get("vout", [])
    ]
    inputs = transaction.get("vin")
    first = inputs[0] if isinstance(inputs, list) and inputs else None
    coinbase = isinstance(first, dict) and first.get("is_coinbase") is True
    small = {**transaction, "vin": [{"is_coinbase": coinbase}], "vout": outputs}
    return {**answers, TRANSACTION: {**answers[TRANSACTION], "json": small}}


def _evm(answers: Answers, keep: Collection[bytes], _chain: Chain) -> Answers:
    """A call's data tells its first words; of the logs those to us are kept, and the first."""
    found = answers[BY_HASH]["result"]
    small = {**found, "input": str(found.get("input", found.get("data", "0x")))[:CALL]}
    cut = {**answers, BY_HASH: {"result": small}}
    receipt = (answers.get(RECEIPT) or {}).get("result")
    if receipt:
        cut[RECEIPT] = {"result": {**receipt, "logs": _logs(receipt.get("logs", []), keep)}}
    return cut


def _logs(logs: Sequence[Json], keep: Collection[bytes]) -> list[Json]:
    """The logs that pay an address to keep, and the first; the others leave their place empty."""
    bodies = {place.hex()[-BODY:] for place in keep}
    return [
        log if not place or _recipient(log) in bodies else {"topics": []}
        for place, log in enumerate(logs)
    ]


def _recipient(log: Json) -> str:
    topics = log.get("topics", [])
    return str(topics[RECIPIENT]).lower()[-BODY:] if len(topics) > RECIPIENT else ""


def _tron(answers: Answers, keep: Collection[bytes], _chain: Chain) -> Answers:
    """As for Ethereum's kin; the raw bytes and the inner calls go too."""
    small = dict(answers)
    for path in TRANSACTIONS:
        transaction = dict(answers.get(path) or {})
        small[path] = {n: v for n, v in transaction.items() if n in {"txID", "ret", "raw_data"}}
    for path in INFOS:
        info = dict(answers.get(path) or {})
        if "log" in info:
            info["log"] = _logs(info["log"], keep)
        small[path] = {n: v for n, v in info.items() if n != "internal_transactions"}
    return small


def _as_it_is(answers: Answers, _keep: Collection[bytes], _chain: Chain) -> Answers:
    return answers


CUTS: Mapping[str, Callable[[Answers, Collection[bytes], Chain], Answers]] = MappingProxyType(
    {"esplora": _esplora, "evm": _evm, "tron": _tron, "xrp_ledger": _as_it_is}
)
