"""Decodes recorded answers of a TRON node's HTTP API."""

from decimal import Decimal

from services.investigation.playbooks import erc20
from services.investigation.playbooks.answers import (
    Answers,
    UnclearError,
    body,
    fields,
    hex_bytes,
    items,
    text,
    whole,
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
from shared.rules import base58
from shared.rules.addresses import parse_address

INFO, TRANSACTION, TIP = "gettransactioninfobyid", "gettransactionbyid", "getnowblock"
SOLID = "walletsolidity"
PREFIX, ADDRESS = b"\x41", 20
TOKEN_10, CALL = "TransferAssetContract", "TriggerSmartContract"
COINS = ("TransferContract", TOKEN_10)
SUCCEEDED = (None, "SUCCESS", "DEFAULT")
Answer = dict[str, object]


def sight(answers: Answers, txid: str, _chain: Chain) -> Sighting:
    """The transaction by its logs (tokens) and its contract (TRX); amounts in sun or units."""
    solid, latest = _answer(answers, INFO, solid=True), _answer(answers, INFO)
    info = solid or (solid if latest is None else latest)
    transaction = _answer(answers, TRANSACTION)
    if info is None and transaction is None:
        raise UnclearError
    if not info and not transaction:
        return ABSENT
    for found in ((info or {}).get("id", txid), (transaction or {}).get("txID", txid)):
        if transaction_id(text(found)) != txid:
            raise UnclearError
    tokens = _tokens(info or {})
    return Sighting(
        Seen.FOUND,
        transfers=(*_asked(transaction or {}, pending=not info), *tokens),
        confirmations=_confirmations(answers, info),
        failed=_failed(info or {}, transaction or {}),
        final="blockNumber" in (solid or {}),
        opaque=_is_opaque(transaction or {}, tokens),
        block=str((info or {}).get("blockNumber", "")),
    )


def _answer(answers: Answers, method: str, *, solid: bool = False) -> Answer | None:
    """The answer of one method, whatever stands before its name; None where none was recorded."""
    for name, answer in answers.items():
        path = name.lower()
        if path.endswith(method) and (SOLID in path) is solid:
            return fields(body(answer))
    return None


def _confirmations(answers: Answers, info: Answer | None) -> int | None:
    if not info:
        return None if info is None else 0
    return depth(whole(info.get("blockNumber")), lambda: _tip(answers))


def _tip(answers: Answers) -> int:
    newest = _answer(answers, TIP) or _answer(answers, TIP, solid=True) or {}
    header = fields(newest.get("block_header"))
    return whole(fields(header.get("raw_data")).get("number"))


def _failed(info: Answer, transaction: Answer) -> bool:
    receipt = fields(info.get("receipt", {}))
    executed = [fields(result).get("contractRet") for result in items(transaction.get("ret", []))]
    wrong = [word for word in (receipt.get("result"), *executed) if word not in SUCCEEDED]
    return info.get("result") == "FAILED" or bool(wrong)


def _tokens(info: Answer) -> tuple[Transfer, ...]:
    logs = [fields(log) for log in items(info.get("log", []))]
    moves = [(index, log, erc20.logged(log)) for index, log in enumerate(logs)]
    return tuple(
        _transfer(PREFIX + moved.to, moved.units, _account(log.get("address")), index)
        for index, log, moved in moves
        if moved is not None
    )


def _asked(transaction: Answer, *, pending: bool) -> tuple[Transfer, ...]:
    """What the transaction itself moves; a call's tokens only while no log can tell of them."""
    kind, value = _contract(transaction)
    if kind in COINS:
        token = hex_bytes(value.get("asset_name", "")) if kind == TOKEN_10 else NATIVE
        to, units = _account(value.get("to_address")), whole(value.get("amount"))
        return (_transfer(to, units, token),) if units else ()
    if kind != CALL:
        return ()
    called, sent = _account(value.get("contract_address")), whole(value.get("call_value", 0))
    moved = erc20.asked(hex_bytes(value.get("data", ""))) if pending else None
    tokens = () if moved is None else (_transfer(PREFIX + moved.to, moved.units, called),)
    return (_transfer(called, sent, NATIVE), *tokens) if sent else tokens


def _is_opaque(transaction: Answer, tokens: tuple[Transfer, ...]) -> bool:
    kind, value = _contract(transaction)
    if kind in COINS:
        return False
    called = _account(value["contract_address"]) if "contract_address" in value else None
    return called not in {token.contract for token in tokens}


def _contract(transaction: Answer) -> tuple[str, Answer]:
    """The kind and the content of the one contract that a transaction holds."""
    if not transaction:
        return "", {}
    contracts = items(fields(transaction.get("raw_data")).get("contract"))
    contract = fields(contracts[0] if contracts else None)
    return text(contract.get("type")), fields(fields(contract.get("parameter")).get("value"))


def _account(value: object) -> bytes:
    """An account as base58, as hexadecimal with the leading 41, or (in logs) without it."""
    parsed = parse_address(text(value), "tron")
    if parsed is not None:
        return parsed.payload
    raw = hex_bytes(value)
    if len(raw) == ADDRESS:
        return PREFIX + raw
    if len(raw) != 1 + ADDRESS or not raw.startswith(PREFIX):
        raise UnclearError
    return raw


def _transfer(to: bytes, units: int, contract: bytes, index: int | None = None) -> Transfer:
    return Transfer(to, base58.encode_check(to), Decimal(units), contract, index)
