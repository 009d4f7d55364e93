"""Whatever nodes answer, what is kept of it is judged: a finding or another look, no error."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.investigation.playbooks.chains import CHAINS
from services.investigation.playbooks.sighting import Seen
from services.investigation.rules.compact import compact, size
from services.investigation.rules.witnesses import disagree, seen
from tests.unit.investigation.deposit_cases import (
    TXID,
    bitcoin,
    ether,
    judged,
    tron_usdt,
    trx,
    usdt,
    xrp,
)
from tests.unit.investigation.odd_values import JSON
from tests.unit.investigation.stage_cases import answered, chain, names, running
from tests.unit.investigation.test_deposit_promises import paths, with_replaced

GOOD = [bitcoin(), usdt(), ether(), xrp(DestinationTag=0), tron_usdt(), trx()]
BITCOIN = {"r": chain((bitcoin()["claim"]["address"], 50_000_000))["responses"]}
MANY = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


@MANY
@given(st.sampled_from(GOOD), st.data(), JSON, st.integers(0, 2000))
def test_answers_cut_to_any_size_never_tell_of_more(facts, data, value, largest):
    inside = [path for path in paths(facts["responses"]) if path]
    changed = with_replaced(facts["responses"], data.draw(st.sampled_from(inside)), value)
    small = compact(changed, CHAINS[facts["chain"]], TXID, set(), largest)

    assert size(small) <= max(largest, 2)
    assert judged({**facts, "responses": small}).finding


@MANY
@given(st.sampled_from(GOOD), st.data(), JSON)
def test_a_source_that_says_anything_else_is_never_outvoted_by_a_good_one(facts, data, value):
    good = facts["responses"]
    inside = [path for path in paths(good) if path]
    odd = with_replaced(good, data.draw(st.sampled_from(inside)), value)
    content = {"sources": [{"source": "a", "responses": good}, {"source": "b", "responses": odd}]}

    stands = seen(facts["chain"], content, TXID)[facts["chain"]]
    alone = seen(facts["chain"], {"sources": content["sources"][:1]}, TXID)[facts["chain"]]

    assert stands.seen in {Seen.FOUND, Seen.UNCLEAR}
    if stands.seen is Seen.FOUND:
        assert stands.transfers == alone.transfers
        assert (stands.confirmations or 0) <= (alone.confirmations or 0)
        assert not disagree(facts["chain"], content, TXID)


@MANY
@given(st.data(), JSON)
def test_no_answer_of_a_node_stops_the_stage(data, value):
    inside = [path for path in paths(BITCOIN) if path]
    odd = with_replaced(BITCOIN, data.draw(st.sampled_from(inside)), value)["r"]
    case = running()

    events = answered(case, chain={"sources": [{"source": "a", "responses": odd}]})

    assert set(names(events)) & {"RecheckScheduled", "RemedyProposed", "WorkItemOpened"}


@pytest.mark.parametrize("responses", [None, [], "x", 5, {}, {"x": 1}])
def test_what_is_no_answer_is_looked_for_again(responses):
    sources = [{"source": "a", "responses": responses}] * 2

    assert names(answered(running(), chain={"sources": sources}))[-1] == "RecheckScheduled"
