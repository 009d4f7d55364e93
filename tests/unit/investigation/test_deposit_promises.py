import copy
import json
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.investigation.playbooks.catalogue import DEPOSIT
from services.investigation.playbooks.chains import CHAINS
from services.investigation.playbooks.decoders import DECODERS
from services.investigation.playbooks.explain import explanation
from services.investigation.playbooks.facts import FactsError, deposit_case
from services.investigation.playbooks.lines import answered, deposit
from services.investigation.playbooks.verdict import Verdict
from services.investigation.rules.confirmations import REQUIREMENTS
from shared.rules.addresses import parse_address
from tests.unit.investigation.deposit_cases import (
    BTC_OTHER,
    BTC_OURS,
    bitcoin,
    ether,
    evm_answers,
    judged,
    log,
    output,
    tron_usdt,
    trx,
    usdt,
    xrp,
)

FINDINGS = {
    "confirmed_wait",
    "credited_internal_delay",
    "wrong_address",
    "wrong_case_address",
    "missing_memo",
    "wrong_chain",
    "not_found",
    "failed_tx",
    "under_min_deposit",
    "double_claim",
    "wrong_asset",
    "manual_review",
}
REMEDIES = {
    *("wait", "credit", "credit_and_compensate", "return_to_sender", "manual_recovery"),
    *("ask_customer", "explain", "refuse_double", "freeze", "unfreeze", "compensate", "fix"),
    *("product_note", "goodwill", "refer_person"),
}
GOOD = [bitcoin(), usdt(), ether(), xrp(DestinationTag=0), tron_usdt(), trx()]
OTHERS = {"bsc": evm_answers(log()), "tron": trx()["responses"]}
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["0x", "0x1", "", "0" * 64, "unavailable", 404, 200, 503]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


def paths(value, path=()):
    """Every place in a JSON value, the whole of it first."""
    yield path
    if isinstance(value, dict | list):
        keys = value if isinstance(value, dict) else range(len(value))
        for key in keys:
            yield from paths(value[key], (*path, key))


def with_replaced(facts, path, value):
    changed = copy.deepcopy(facts)
    place = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return changed


@settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(GOOD), st.data(), JSON)
def test_no_answer_of_any_node_makes_the_judgement_raise(facts, data, value):
    facts = {**facts, "responses_other_chains": OTHERS}
    group = data.draw(st.sampled_from(["responses", "responses_other_chains"]))
    inside = [path for path in paths(facts[group]) if path]
    changed = with_replaced(facts, (group, *data.draw(st.sampled_from(inside))), value)

    found = judged(changed)

    assert found.finding in FINDINGS
    assert json.dumps(found.as_dict())


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(GOOD), st.data(), JSON)
def test_any_facts_are_judged_or_refused_by_a_code(facts, data, value):
    inside = [path for path in paths(facts) if path]
    changed = with_replaced(facts, data.draw(st.sampled_from(inside)), value)
    answer = json.loads(answered(json.dumps(changed, default=str).encode(), deposit))

    assert answer.get("error") in {None, "missing_field", "wrong_type"}
    assert "error" in answer or answer["finding"] in FINDINGS


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(GOOD), st.data())
def test_an_answer_with_a_field_missing_never_leads_to_a_credit_of_more(facts, data):
    inside = [path for path in paths(facts["responses"]) if path and isinstance(path[-1], str)]
    path = data.draw(st.sampled_from(inside))
    changed = copy.deepcopy(facts)
    place = changed["responses"]
    for key in path[:-1]:
        place = place[key]
    del place[path[-1]]

    assert judged(changed).details.get("amount_onchain") in {None, "0.5"}


@given(st.sampled_from(GOOD), st.decimals(0, 10**20, places=8))
def test_the_claimed_amount_never_changes_the_finding(facts, amount):
    claim = {**facts["claim"], "amount": str(amount)}

    assert judged({**facts, "claim": claim}).finding == judged(facts).finding


@given(st.integers(0, 200), st.integers(1, 120))
def test_a_deposit_is_late_exactly_when_it_is_deep_enough(depth, required):
    facts = bitcoin(height=100 if depth else None, tip=99 + depth)
    facts["platform"]["required_confirmations"] = required
    late = depth >= required

    expected = "credited_internal_delay" if late else "confirmed_wait"
    assert judged(facts).finding == expected


@pytest.mark.parametrize("code", DEPOSIT.verdicts)
def test_every_verdict_has_a_finding_a_remedy_and_a_sentence(code):
    sentence = explanation(deposit_case(bitcoin()), Verdict(code))

    assert DEPOSIT.verdicts[code].finding in FINDINGS
    assert DEPOSIT.remedy(code) in REMEDIES
    assert sentence.endswith(".")
    assert not set("{}") & set(sentence)


def test_every_finding_has_one_default_remedy():
    assert set(DEPOSIT.remedies) == FINDINGS
    assert set(DEPOSIT.remedies.values()) <= REMEDIES


def test_every_finding_is_reached_by_a_verdict():
    assert {row.finding for row in DEPOSIT.verdicts.values()} == FINDINGS


def test_another_customers_address_is_a_matter_for_a_person():
    facts = bitcoin(output(BTC_OTHER))
    facts["platform"]["addresses_of_other_users"] = [BTC_OTHER]

    assert judged(facts).remedy == "refer_person"
    assert judged(bitcoin(output(BTC_OTHER))).remedy == "explain"


def test_what_a_stranger_wrote_is_not_quoted_to_the_customer():
    facts = bitcoin()
    facts["claim"]["asset"] = "<b>FREE COINS</b> at example.org"

    assert "FREE" not in judged(facts).explanation


MIXED = BTC_OURS.replace("bc", "BC")
CREDITED = {"credited": [{"txid": bitcoin()["claim"]["txid"]}]}


def of(facts, *, claim=None, platform=None):
    claim = {**facts["claim"], **(claim or {})}
    return {**facts, "claim": claim, "platform": {**facts["platform"], **(platform or {})}}


@pytest.mark.parametrize(
    ("facts", "finding"),
    [
        (of(usdt(status="0x0"), platform=CREDITED), "failed_tx"),
        (of(usdt(log(contract="0x" + "fa" * 20)), platform=CREDITED), "double_claim"),
        (of(bitcoin(), claim={"asset": "ETH", "address": MIXED}), "wrong_asset"),
        (of(bitcoin(output(BTC_OTHER)), claim={"address": MIXED}), "wrong_case_address"),
        (xrp("1"), "missing_memo"),
        (bitcoin(output(value=1), height=None), "under_min_deposit"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_the_first_question_with_an_answer_decides(facts, finding):
    assert judged(facts).finding == finding


def test_numbers_of_the_case_stand_in_the_sentence():
    sentence = judged(bitcoin(tip=101)).explanation

    assert "0.5 BTC" in sentence
    assert "2 of the 3" in sentence


def test_every_network_has_a_decoder_and_a_confirmation_rule():
    assert {chain.family for chain in CHAINS.values()} == set(DECODERS)
    assert set(REQUIREMENTS) == set(CHAINS)


@pytest.mark.parametrize("facts", GOOD, ids=lambda facts: facts["chain"] + facts["asset"])
def test_the_cases_to_start_from_hold_real_addresses(facts):
    assigned = facts["platform"]["assigned_deposit_address"]

    assert parse_address(assigned, CHAINS[facts["chain"]].address) is not None
    assert judged(facts).finding == "credited_internal_delay"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("platform", None, "wrong_type"),
        ("id", None, "wrong_type"),
        ("id", True, "wrong_type"),
        ("responses_other_chains", [], "wrong_type"),
        ("claim", {}, "missing_field"),
    ],
)
def test_a_case_that_is_none_is_refused_by_its_code(field, value, code):
    with pytest.raises(FactsError) as refused:
        deposit_case({**bitcoin(), field: value})

    assert refused.value.slug == code


@pytest.mark.parametrize("value", ["abc", "NaN", "1e99999999", True, [], "", *string.punctuation])
def test_a_minimum_that_is_no_amount_is_refused(value):
    facts = bitcoin()
    facts["platform"]["min_deposit"] = value

    with pytest.raises(FactsError):
        deposit_case(facts)
