"""Every network's nodes over real sockets: two that agree, and each way in which they do not."""

import json
from datetime import timedelta
from decimal import Decimal
from secrets import token_bytes, token_hex

import pytest
from pydantic import SecretStr

from services.investigation.work import work
from shared.rules import base58
from shared.runner.due import Claim
from shared.testing.scenario import COMPLAINT
from tests.unit.investigation.stage_cases import names, running, settled

TIP = 5_000_000
ERC20 = "0xdAC17F958D2ee523a2206206994597C13D831ec7"
BEP20 = "0x55d398326f99059fF775485246999027B3197955"
TRC20 = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
PATHS = {
    "esplora_url": "esplora",
    "ethereum_url": "evm/ethereum",
    "bsc_url": "evm/bsc",
    "tron_url": "tron",
    "xrpl_url": "rippled",
}
XRP_TAG = 7


def evm_address():
    return "0x" + token_hex(20)


def tron_address():
    return base58.encode_check(b"\x41" + token_bytes(20))


def xrp_address():
    return base58.encode_check(b"\0" + token_bytes(20), base58.XRP_LEDGER)


class Depositor:
    """A customer with an address on every network, before two sources of each."""

    def __init__(self, wiring, sandbox, user_id, addresses):
        self.wiring, self.sandbox, self.user_id = wiring, sandbox, user_id
        self.addresses = addresses

    async def complains(self, txid, network, asset):
        case = running(
            user_id=self.user_id,
            txid=txid,
            network=network,
            asset=asset,
            address=self.addresses[network],
        )
        return case, await self.answered(case)

    async def answered(self, case):
        claims = [Claim(COMPLAINT, i, case.state, case.now) for i in list(case.state.due.values())]
        results = await work(self.wiring)["collect"](claims)
        return settled(case, [e for r in results for e in case.when(r)])

    async def pays(self, network, units, *, depth=100, contract=None, to=None, **more):
        txid, height = token_hex(32), None if depth == 0 else TIP - depth + 1
        move = {"to": to or self.addresses[network], "units": str(units), "contract": contract}
        await self.sandbox.put(
            f"/sandbox/networks/{network}/transactions/{txid}",
            moves=[{**move, "tag": more.pop("tag", None)}],
            height=height,
            **more,
        )
        return txid


@pytest.fixture
async def depositor(wiring, sandbox):
    both = {
        name: SecretStr(f"{sandbox.url}/{path},{sandbox.url}/second/{path}")
        for name, path in PATHS.items()
    }
    both["esplora_url"] = both["esplora_url"].get_secret_value()
    limits = {"node_calls_per_s": 5000, "node_calls_at_once": 100}
    wiring.settings = wiring.settings.model_copy(update={**both, **limits})
    for network in ("ethereum", "bsc", "tron", "xrp_ledger"):
        await sandbox.put(f"/sandbox/networks/{network}/tip", height=TIP)
    evm = evm_address()
    addresses = {"ethereum": evm, "bsc": evm, "tron": tron_address(), "xrp_ledger": xrp_address()}
    user_id = await sandbox.open_account(
        deposit_addresses=addresses, deposit_tags={"xrp_ledger": XRP_TAG}
    )
    return Depositor(wiring, sandbox, user_id, addresses)


def one(events, name):
    return next(event for event in events if type(event).__name__ == name)


GOOD = {
    "ether": ("ethereum", "ETH", 5 * 10**17, {}, "0.5"),
    "erc-20": ("ethereum", "USDT", 250_000_000, {"contract": ERC20}, "250"),
    "bnb": ("bsc", "BNB", 2 * 10**18, {}, "2"),
    "bep-20": ("bsc", "USDT", 250 * 10**18, {"contract": BEP20}, "250"),
    "trx": ("tron", "TRX", 250_000_000, {}, "250"),
    "trc-20": ("tron", "USDT", 250_000_000, {"contract": TRC20}, "250"),
    "xrp": ("xrp_ledger", "XRP", 250_000_000, {"tag": XRP_TAG}, "250"),
}


@pytest.mark.parametrize(("network", "asset", "units", "how", "amount"), GOOD.values(), ids=GOOD)
async def test_a_deposit_that_two_nodes_confirm_is_to_be_credited(
    depositor, network, asset, units, how, amount
):
    txid = await depositor.pays(network, units, **how)

    case, events = await depositor.complains(txid, network, asset)

    credit = one(events, "RemedyProposed").remedies[0]
    assert (credit.code, credit.asset, credit.amount) == ("credit", asset, Decimal(amount))
    assert credit.thing == f"{network}|{txid}|0"
    told = json.loads(case.state.evidence["chain"].content.text)["sources"]
    assert len(told) == 2
    assert all(source["responses"] for source in told)


VERDICTS = {
    "waiting": (("ethereum", "USDT", 10**9), {"contract": ERC20, "depth": 0}, "PENDING"),
    "confirming": (("tron", "USDT", 10**9), {"contract": TRC20, "depth": 2}, "CONFIRMING"),
    "final before its count": (
        ("tron", "TRX", 10**9),
        {"depth": 20},
        "INTERNAL_DELAY",
    ),
    "reverted": (("ethereum", "USDT", 10**9), {"contract": ERC20, "failed": True}, "FAILED"),
    "out of energy": (("tron", "USDT", 10**9), {"contract": TRC20, "failed": True}, "FAILED"),
    "no path": (("xrp_ledger", "XRP", 10**9), {"tag": XRP_TAG, "failed": True}, "FAILED"),
    "no tag": (("xrp_ledger", "XRP", 10**9), {}, "MISSING_TAG"),
    "another tag": (("xrp_ledger", "XRP", 10**9), {"tag": 0}, "WRONG_TAG"),
    "not on the ledger yet": (("xrp_ledger", "XRP", 10**9), {"tag": 7, "depth": 0}, "PENDING"),
    "a false token": (("ethereum", "USDT", 10**9), {"contract": "0x" + "fa" * 20}, "FAKE_"),
    "too little": (("tron", "USDT", 10**5), {"contract": TRC20}, "BELOW_MINIMUM"),
    "a stranger": (("ethereum", "ETH", 10**18), {"to": "0x" + "22" * 20}, "WRONG_ADDRESS"),
}


@pytest.mark.parametrize(("paid", "how", "verdict"), VERDICTS.values(), ids=VERDICTS)
async def test_what_two_nodes_tell_has_its_verdict(depositor, paid, how, verdict):
    network, asset, units = paid
    txid = await depositor.pays(network, units, **how)

    _, events = await depositor.complains(txid, network, asset)

    (told,) = {e.details["verdict"] for e in events if getattr(e, "details", None)}
    assert told.startswith(verdict)


async def test_coins_sent_over_another_network_are_found_there(depositor):
    txid = await depositor.pays("bsc", 10**18)

    _, events = await depositor.complains(txid, "ethereum", "ETH")

    found = one(events, "FindingRecorded")
    assert (found.finding, found.details["found_on"]) == ("wrong_chain", "bsc")
    assert one(events, "WorkItemOpened").reason == "wrong-chain"


async def test_the_address_of_another_customer_is_known_on_every_network(depositor, sandbox):
    other = tron_address()
    await sandbox.open_account(deposit_addresses={"tron": other})
    txid = await depositor.pays("tron", 10**9, contract=TRC20, to=other)

    _, events = await depositor.complains(txid, "tron", "USDT")

    assert one(events, "FindingRecorded").details["verdict"] == "OURS_OTHER_CLIENT"


HTML = "<html>gateway</html>"
FAULTS = {
    "html": ("/evm/ethereum", {"body": HTML}),
    "cut off": ("/evm/ethereum", {"body": '{"jsonrpc": "2.0", "id": 1, "resu'}),
    "an error in 200": ("/second/evm/ethereum", {"body": '{"id": 1, "error": {"code": -32000}}'}),
    "another call's id": (
        "/evm/ethereum",
        {"body": '{"jsonrpc": "2.0", "id": -1, "result": null}'},
    ),
    "a failing server": ("/second/evm/ethereum", {"status": 503}),
    "no such address": ("/evm/ethereum", {"status": 404}),
    "silence": ("/second/evm/ethereum", {"delay_s": 5}),
}


@pytest.mark.parametrize(("path", "fault"), FAULTS.values(), ids=FAULTS)
async def test_one_node_that_fails_leaves_it_open_until_it_answers(depositor, sandbox, path, fault):
    txid = await depositor.pays("ethereum", 10**18)
    await sandbox.put("/sandbox/faults", path_prefix=path, times=1000, **fault)
    try:
        case, events = await depositor.complains(txid, "ethereum", "ETH")
    finally:
        await sandbox.put("/sandbox/faults", path_prefix=path, times=0)

    assert one(events, "RecheckScheduled").details["verdict"] == "INDETERMINATE"
    assert "FindingRecorded" not in names(events)
    case.elapse(timedelta(hours=1))
    assert one(await depositor.answered(case), "RemedyProposed").outcome == "upheld"


async def test_a_node_of_another_network_is_not_believed(depositor, sandbox):
    wrong = SecretStr(f"{sandbox.url}/evm/bsc,{sandbox.url}/second/evm/bsc")
    settings = depositor.wiring.settings.model_copy(update={"ethereum_url": wrong})
    depositor.wiring.settings = settings
    txid = await depositor.pays("bsc", 10**18)

    _, events = await depositor.complains(txid, "ethereum", "ETH")

    assert one(events, "RecheckScheduled").details["verdict"] == "INDETERMINATE"


async def test_a_source_named_twice_is_one(depositor, sandbox):
    url = f"{sandbox.url}/evm/ethereum"
    settings = depositor.wiring.settings.model_copy(
        update={"ethereum_url": SecretStr(f"{url}, {url}/")}
    )
    depositor.wiring.settings = settings

    _, events = await depositor.complains(token_hex(32), "ethereum", "ETH")

    assert one(events, "RecheckScheduled").finding == "not_found"


async def test_bitcoin_unknown_to_one_source_is_asked_again_and_never_rejected(depositor, sandbox):
    await sandbox.put("/sandbox/tip", height=TIP)
    own = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
    depositor.addresses["bitcoin"] = own
    depositor.user_id = await sandbox.open_account(deposit_addresses={"bitcoin": own})
    txid = await sandbox.broadcast(50_000_000, height=TIP - 1, address=own)
    path = f"/esplora/tx/{txid}"
    await sandbox.put("/sandbox/faults", path_prefix=path, times=1, status=404)

    case, events = await depositor.complains(txid, "bitcoin", "BTC")

    first = one(events, "RecheckScheduled")
    assert (first.details["verdict"], first.details["sources_differ"]) == ("INDETERMINATE", True)
    case.elapse(timedelta(hours=1))
    second = one(await depositor.answered(case), "RecheckScheduled")
    assert second.details["verdict"] == "CONFIRMING"
    assert (second.details["confirmations"], second.details["required"]) == (2, 6)
