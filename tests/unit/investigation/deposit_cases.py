"""Deposit cases to start from: one good deposit on each network, credited by nobody yet."""

from services.investigation.playbooks.deposit import judge_deposit
from services.investigation.playbooks.erc20 import TRANSFER
from services.investigation.playbooks.facts import deposit_case
from shared.rules import base58

TXID = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
OTHER_TXID = "f" * 64
BTC_OURS, BTC_OTHER = (
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
)
EVM_OURS, EVM_OTHER = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0x" + "22" * 20
USDT, FAKE = "0xdAC17F958D2ee523a2206206994597C13D831ec7", "0x" + "fa" * 20
USDC = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"
XRP_OURS, XRP_OTHER = "r9cZA1mLK5R5Am25ArfXFmqgNwjZgnfk59", "rPEPPER7kfTD9w2To4CQk6UCfuHM9c6GDY"
TRON_OURS = base58.encode_check(b"\x41" + bytes(range(20)))
TRON_USDT = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
TX, TIP = "GET /tx/{txid}", "GET /blocks/tip/height"


def judged(facts):
    return judge_deposit(deposit_case(facts))


def case(chain, asset, address, responses):
    claim = {"txid": TXID, "address": address, "amount": "0.5", "asset": asset, "network": chain}
    platform = {
        "user": "u1",
        "assigned_deposit_address": address,
        "required_confirmations": 3,
        "min_deposit": "0.001",
        "credited": [],
        "addresses_of_other_users": [],
        "other_open_claims": [],
        "token_contracts": {
            "ethereum": {"USDT": token(USDT), "USDC": token(USDC)},
            "bsc": {"USDT": token(USDT)},
            "tron": {"USDT": token(TRON_USDT)},
            "xrp_ledger": {"USD": token(XRP_OTHER, 0)},
        },
    }
    facts = {"id": "1", "chain": chain, "asset": asset, "claim": claim, "platform": platform}
    return {**facts, "responses": responses}


def token(address, decimals=6):
    return {"address": address, "decimals": decimals}


def output(address=BTC_OURS, value=50_000_000):
    return {"scriptpubkey_address": address, "value": value}


def esplora(*outputs, height=100, tip=102, **more):
    status = {"confirmed": height is not None}
    if height is not None:
        status["block_height"] = height
    transaction = {"txid": TXID, "vout": list(outputs), "status": status, **more}
    return {TX: {"status": 200, "json": transaction}, TIP: {"status": 200, "text": str(tip)}}


def bitcoin(*outputs, **answers):
    return case("bitcoin", "BTC", BTC_OURS, esplora(*(outputs or [output()]), **answers))


def word(value):
    return "0x" + (value if isinstance(value, str) else f"{value:x}").removeprefix("0x").zfill(64)


def log(to=EVM_OURS, units=500_000, contract=USDT, index=7, **more):
    topics = ["0x" + TRANSFER.hex(), word(EVM_OTHER), word(to)]
    entry = {"address": contract, "topics": topics, "data": word(units), "logIndex": hex(index)}
    return {**entry, "removed": False, **more}


def evm_answers(*logs, to=USDT, value=0, data="0xa9059cbb", height=100, tip=102, status="0x1"):
    mined = None if height is None else hex(height)
    transaction = {"hash": "0x" + TXID, "to": to, "value": hex(value), "input": data}
    receipt = {"status": status, "logs": list(logs), "blockNumber": mined}
    return {
        "eth_getTransactionByHash": {
            "jsonrpc": "2.0",
            "result": transaction | {"blockNumber": mined},
        },
        "eth_getTransactionReceipt": {"result": None if mined is None else receipt},
        "eth_blockNumber": {"result": hex(tip)},
    }


def usdt(*logs, chain="ethereum", **answers):
    return case(chain, "USDT", EVM_OURS, evm_answers(*(logs or [log()]), **answers))


def ether(to=EVM_OURS, value=5 * 10**17, data="0x", **answers):
    return case("ethereum", "ETH", EVM_OURS, evm_answers(to=to, value=value, data=data, **answers))


def xrp(delivered="500000", code="tesSUCCESS", *, validated=True, **more):
    meta = {"TransactionResult": code, "delivered_amount": delivered}
    payment = {"TransactionType": "Payment", "Destination": XRP_OURS, "Amount": "999000000"}
    result = {"hash": TXID.upper(), **payment, "meta": meta, "validated": validated, **more}
    facts = case("xrp_ledger", "XRP", XRP_OURS, {"tx": {"result": result}})
    facts["platform"]["assigned_tag"] = 0
    return facts


def account(address):
    return base58.decode_check(address).hex()


def tron_usdt(units=500_000, contract=TRON_USDT, result="SUCCESS", height=100, tip=102):
    topics = [TRANSFER.hex(), "0" * 64, account(TRON_OURS)[2:].zfill(64)]
    entry = {"address": account(contract)[2:], "topics": topics, "data": f"{units:064x}"}
    info = {"id": TXID, "blockNumber": height, "receipt": {"result": result}, "log": [entry]}
    tip_block = {"block_header": {"raw_data": {"number": tip}}}
    answers = {"/wallet/gettransactioninfobyid": info, "/wallet/getnowblock": tip_block}
    return case("tron", "USDT", TRON_OURS, answers)


def trx(amount=500_000, info=None, tip=102):
    value = {"amount": amount, "to_address": account(TRON_OURS), "owner_address": "41" + "0" * 40}
    contract = {"type": "TransferContract", "parameter": {"value": value}}
    transaction = {"txID": TXID, "raw_data": {"contract": [contract]}}
    answers = {
        "/wallet/gettransactionbyid": transaction,
        "/wallet/gettransactioninfobyid": {"id": TXID, "blockNumber": 100}
        if info is None
        else info,
        "/wallet/getnowblock": {"block_header": {"raw_data": {"number": tip}}},
    }
    return case("tron", "TRX", TRON_OURS, answers)
