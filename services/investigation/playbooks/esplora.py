"""Decodes recorded answers of an Esplora node: Bitcoin, Litecoin, Dogecoin."""

from decimal import Decimal

from services.investigation.playbooks.answers import (
    Answers,
    UnclearError,
    fields,
    hex_bytes,
    http_body,
    items,
    text,
    whole,
)
from services.investigation.playbooks.chains import Chain, transaction_id
from services.investigation.playbooks.sighting import ABSENT, Seen, Sighting, Transfer, depth

TRANSACTION, TIP = "GET /tx/{txid}", "GET /blocks/tip/height"
BLOCK = "GET /block/{hash}/status"
NO_OUTPUT = "0" * 64  # what a coinbase spends


def sight(answers: Answers, txid: str, chain: Chain) -> Sighting:
    """The transaction as Esplora's API.md describes it; amounts in satoshi."""
    body = http_body(answers, TRANSACTION)
    if body is None:
        return ABSENT
    transaction = fields(body)
    if transaction_id(text(transaction.get("txid", txid))) != txid:
        raise UnclearError
    outputs = items(transaction.get("vout"))
    if not outputs:
        raise UnclearError
    reorged = _left_the_chain(answers)
    return Sighting(
        Seen.FOUND,
        transfers=tuple(_output(chain, *found) for found in enumerate(outputs)),
        confirmations=0 if reorged else _confirmations(answers, transaction),
        coinbase=_is_coinbase(transaction),
        reorged=reorged,
        block=_block(transaction),
    )


def _output(chain: Chain, index: int, found: object) -> Transfer:
    output = fields(found)
    units = Decimal(whole(output.get("value")))
    address = output.get("scriptpubkey_address")
    if address is None:  # scripts without an address form still have their bytes
        return Transfer(hex_bytes(output.get("scriptpubkey")), "", units, index=index)
    return Transfer(chain.place(text(address)), text(address), units, index=index)


def _confirmations(answers: Answers, transaction: dict[str, object]) -> int | None:
    status = transaction.get("status")
    if not isinstance(status, dict) or status.get("confirmed") not in (True, False):
        return None
    if not status["confirmed"]:
        return 0
    try:
        height = whole(status.get("block_height"))
    except UnclearError:
        return None
    return depth(height, lambda: whole(http_body(answers, TIP)))


def _block(transaction: dict[str, object]) -> str:
    status = transaction.get("status")
    return str(status.get("block_hash", "")) if isinstance(status, dict) else ""


def _left_the_chain(answers: Answers) -> bool:
    try:
        return fields(http_body(answers, BLOCK)).get("in_best_chain") is False
    except UnclearError:
        return False


def _is_coinbase(transaction: dict[str, object]) -> bool:
    inputs = transaction.get("vin")
    first = inputs[0] if isinstance(inputs, list) and inputs else None
    return isinstance(first, dict) and (
        first.get("is_coinbase") is True or first.get("txid") == NO_OUTPUT
    )
