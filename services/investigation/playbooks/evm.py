"""Decodes recorded JSON-RPC answers of Ethereum and its kin."""

from decimal import Decimal

from services.investigation.playbooks import erc20
from services.investigation.playbooks.answers import (
    Answers,
    UnclearError,
    fields,
    hex_bytes,
    hex_whole,
    items,
    rpc_result,
    text,
)
from services.investigation.playbooks.chains import Chain, transaction_id
from services.investigation.playbooks.sighting import (
    ABSENT,
    NATIVE,
    Seen,
    Sighting,
    Transfer,
    depth,
)

TRANSACTION, RECEIPT = "eth_getTransactionByHash", "eth_getTransactionReceipt"
TIP = "eth_blockNumber"
HEIGHT = "blockNumber"
ADDRESS = 20


def sight(answers: Answers, txid: str, _chain: Chain) -> Sighting:
    """The transaction by its receipt's logs and its own value; amounts in wei or token units."""
    found = rpc_result(answers, TRANSACTION)
    if found is None:
        return ABSENT
    transaction = fields(found)
    if transaction_id(text(transaction.get("hash", txid))) != txid:
        raise UnclearError
    if transaction.get("blockNumber") is None:
        return _pending(transaction)
    return _mined(answers, transaction, fields(rpc_result(answers, RECEIPT)))


def _pending(transaction: dict[str, object]) -> Sighting:
    asked = _asked_of_token(transaction)
    return Sighting(
        Seen.FOUND,
        transfers=(*_native(transaction), *asked),
        confirmations=0,
        opaque=_is_opaque(transaction, asked),
    )


def _mined(
    answers: Answers, transaction: dict[str, object], receipt: dict[str, object]
) -> Sighting:
    _same_block(transaction, receipt)
    height = hex_whole(transaction.get("blockNumber"))
    confirmations = depth(height, lambda: hex_whole(rpc_result(answers, TIP)))
    if hex_whole(receipt.get("status")) == 0:
        return Sighting(
            Seen.FOUND, confirmations=confirmations, failed=True, block=_block(transaction)
        )
    logs = (_token(fields(log)) for log in items(receipt.get("logs")))
    tokens = tuple(log for log in logs if log is not None)
    return Sighting(
        Seen.FOUND,
        transfers=(*_native(transaction), *tokens),
        confirmations=confirmations,
        opaque=_is_opaque(transaction, tokens),
        block=_block(transaction),
    )


def _same_block(transaction: dict[str, object], receipt: dict[str, object]) -> None:
    """Raises UnclearError for a receipt of something else, or where a reorganisation came between.

    The transaction and its receipt are two calls; both name the block that holds it.
    """
    for told, also in (("hash", "transactionHash"), ("blockHash", "blockHash"), (HEIGHT, HEIGHT)):
        one, other = transaction.get(told), receipt.get(also)
        if one is not None and other is not None and text(one).lower() != text(other).lower():
            raise UnclearError


def _block(transaction: dict[str, object]) -> str:
    return str(transaction.get("blockHash") or "").lower()


def _native(transaction: dict[str, object]) -> tuple[Transfer, ...]:
    units = hex_whole(transaction.get("value"))
    if not units or transaction.get("to") is None:
        return ()
    return (_transfer(_address(transaction["to"]), units, NATIVE),)


def _asked_of_token(transaction: dict[str, object]) -> tuple[Transfer, ...]:
    """What a call not yet in a block asks of a token."""
    moved = erc20.asked(_call_data(transaction))
    if moved is None or transaction.get("to") is None:
        return ()
    return (_transfer(moved.to, moved.units, _address(transaction["to"])),)


def _token(log: dict[str, object]) -> Transfer | None:
    moved = erc20.logged(log)
    if moved is None:
        return None
    index = hex_whole(log.get("logIndex"))
    return _transfer(moved.to, moved.units, _address(log.get("address")), index)


def _is_opaque(transaction: dict[str, object], tokens: tuple[Transfer, ...]) -> bool:
    if not _call_data(transaction):
        return False
    called = transaction.get("to")
    return called is None or _address(called) not in {token.contract for token in tokens}


def _call_data(transaction: dict[str, object]) -> bytes:
    return hex_bytes(transaction.get("input", transaction.get("data", "0x")))


def _address(value: object) -> bytes:
    raw = hex_bytes(value)
    if len(raw) != ADDRESS:
        raise UnclearError
    return raw


def _transfer(to: bytes, units: int, contract: bytes, index: int | None = None) -> Transfer:
    return Transfer(to, "0x" + to.hex(), Decimal(units), contract, index)
