"""Two sources and what they say of one deposit: a letter only when they agree."""

from datetime import timedelta
from decimal import Decimal

import pytest

from shared.events.base import Remedy
from tests.unit.investigation.deposit_cases import (
    EVM_OURS,
    TRON_OURS,
    USDT,
    XRP_OURS,
    evm_answers,
    log,
    tron_usdt,
    trx,
    usdt,
    xrp,
)
from tests.unit.investigation.stage_cases import (
    OURS,
    TX,
    TXID,
    admitted,
    answered,
    chain,
    given_up,
    names,
    running,
)

GONE = {TX: {"status": 404, "text": "Transaction not found"}}
ABSENT, SILENT = {"source": "a", "responses": GONE}, {"source": "b", "problem": "unavailable"}
THERE = {"source": "c", "responses": chain((OURS, 50_000_000))["responses"]}
WAITING = {"source": "d", "responses": chain((OURS, 50_000_000), confirmations=1)["responses"]}


def saying(*sources, **elsewhere):
    return {"sources": list(sources), "elsewhere": elsewhere, "others": [], "withdrawal": False}


def last(case, *sources, **elsewhere):
    return answered(case, chain=saying(*sources, **elsewhere))[-1]


def later(case, minutes=60):
    case.elapse(timedelta(minutes=minutes))


@pytest.mark.parametrize(
    "sources",
    [(ABSENT, THERE), (THERE, ABSENT), (THERE, SILENT), (ABSENT, SILENT), (WAITING, ABSENT)],
)
def test_sources_that_differ_or_are_silent_are_asked_again_and_nothing_is_found(sources):
    case = running()

    events = answered(case, chain=saying(*sources))

    assert names(events) == ["EvidenceAdded", "RecheckScheduled"]
    assert events[-1].details["verdict"] == "INDETERMINATE"
    assert events[-1].details["sources_differ"] is (SILENT not in sources)
    assert "evidence:chain:2" in case.state.due


def test_a_source_that_knows_nothing_yet_is_asked_again_until_it_confirms():
    case = running()

    assert last(case, ABSENT, WAITING).details["verdict"] == "INDETERMINATE"
    later(case)
    assert last(case, WAITING, WAITING).details["verdict"] == "CONFIRMING"
    later(case)
    assert last(case, THERE, THERE).outcome == "upheld"


def test_looks_at_what_is_left_open_grow_rarer():
    case = running()
    pauses = []
    for _ in range(6):
        pauses.append(last(case, ABSENT, THERE).at - case.now)
        later(case)

    assert pauses == [timedelta(minutes=m) for m in (1, 2, 4, 8, 10, 10)]


def test_after_the_last_look_a_person_decides():
    case = given_up(running(), looks=18)

    assert names([last(case, ABSENT, THERE)]) == ["RecheckScheduled"]
    later(case)
    recorded, task = answered(case, chain=saying(ABSENT, THERE))[-2:]
    assert (recorded.finding, task.reason) == ("manual_review", "manual-review")
    assert case.state.proposal is None


def test_one_source_that_knows_nothing_is_asked_twice_before_a_letter():
    case = running()

    again = last(case, ABSENT)
    assert (names([again]), again.finding) == (["RecheckScheduled"], "not_found")
    later(case)
    assert last(case, ABSENT).outcome == "rejected"


def test_a_second_look_at_one_source_may_find_it_after_all():
    case = running()

    last(case, ABSENT)
    later(case)
    assert last(case, THERE).outcome == "upheld"


def test_two_sources_that_know_nothing_are_enough():
    assert last(running(), ABSENT, ABSENT).finding == "not_found"


def test_what_waited_and_is_gone_was_replaced():
    case = running()

    last(case, WAITING, WAITING)
    later(case)
    assert last(case, ABSENT, ABSENT).details["verdict"] == "REPLACED"


def test_facts_that_come_later_forget_the_looks_of_before():
    case = given_up(running(), looks=5)

    case.when(admitted(amount="0.7"))

    assert (case.state.unsettled, case.state.sighted) == (0, False)


def test_an_installation_without_a_node_of_the_network_leaves_it_to_a_person():
    assert last(running()).reason == "no-node"


def test_a_deposit_over_another_network_is_found_there_and_goes_to_a_person():
    case = running()

    events = answered(case, chain=saying(ABSENT, ABSENT, ethereum=[_node(usdt())]))

    assert events[-2].finding == "wrong_chain"
    assert events[-2].details["found_on"] == "ethereum"
    assert events[-1].reason == "wrong-chain"


def test_another_network_that_is_silent_leaves_it_open():
    again = last(running(), ABSENT, ABSENT, ethereum=[SILENT])

    assert again.details["unclear"] == "ethereum"


def _node(facts):
    return {"source": "1", "responses": facts["responses"]}


def _ledger(code, **networks):
    asset = {"required_confirmations": 3, "min_deposit": "0.001", "networks": networks}
    return {"rows": [], "code": code, "asset": asset, "earlier_claims": []}


def _account(network, address, **tags):
    account = {"user_id": "u1", "deposit_addresses": {network: address}, "deposit_tags": tags}
    return {"account": account}


ERC20 = {"ethereum": {"contract": USDT, "decimals": 6}}
TRC20 = {"tron": {"contract": "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "decimals": 6}}
TOKENS = {
    "ethereum": ("ethereum", "USDT", EVM_OURS, usdt(), ERC20, 7),
    "tron": ("tron", "USDT", TRON_OURS, tron_usdt(), TRC20, 0),
    "trx": ("tron", "TRX", TRON_OURS, trx(), {}, 0),
    "xrp": ("xrp_ledger", "XRP", XRP_OURS, xrp(DestinationTag=7), {}, 0),
}


@pytest.mark.parametrize(
    ("network", "code", "address", "facts", "listed", "place"), TOKENS.values(), ids=TOKENS
)
def test_a_deposit_of_each_network_is_credited_by_what_the_chain_says(
    network, code, address, facts, listed, place
):
    case = running(network=network, asset=code, address=address, amount="9")
    proposal = answered(
        case,
        account=_account(network, address, xrp_ledger=7),
        ledger=_ledger(code, **listed),
        chain=saying(_node(facts), _node(facts)),
    )[-1]

    paid = {"user_id": "u1", "asset": code}
    thing = f"{network}|{TXID}|{place}"
    assert proposal.remedies == (
        Remedy(code="credit", amount=Decimal("0.5"), thing=thing, **paid),
        Remedy(code="compensate", amount=Decimal("0.0005"), thing=f"{thing}|delay", **paid),
    )


def usdt_case(**listing):
    case = running(network="ethereum", asset="USDT", address=EVM_OURS)
    listed = {"ethereum": {**ERC20["ethereum"], **listing}}
    return answered(
        case,
        account=_account("ethereum", EVM_OURS),
        ledger=_ledger("USDT", **listed),
        chain=saying(_node(usdt()), _node(usdt())),
    )


def test_what_a_network_asks_for_comes_before_what_the_asset_does():
    assert usdt_case(required_confirmations=4)[-1].finding == "confirmed_wait"
    assert usdt_case(min_deposit="0.6")[-1].finding == "under_min_deposit"
    assert usdt_case()[-1].finding == "credited_internal_delay"


def test_a_suspended_network_is_told_by_a_person():
    *_, recorded, task = usdt_case(deposits="suspended")

    assert recorded.details["verdict"] == "CURRENCY_SUSPENDED"
    assert task.reason == "manual-review"


def test_a_token_that_the_network_does_not_list_is_not_credited():
    case = running(network="ethereum", asset="USDT", address=EVM_OURS)
    *_, recorded, task = answered(
        case,
        account=_account("ethereum", EVM_OURS),
        ledger=_ledger("USDT", ethereum={}),
        chain=saying(_node({"responses": evm_answers(log())})),
    )

    assert (recorded.details["verdict"], task.reason) == ("UNSUPPORTED_TOKEN", "wrong-asset")
