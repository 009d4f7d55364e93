"""`redress playbook withdrawal|trade|kyc|api`: the exchange's own records, a line each."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from services.investigation.cli import playbook
from services.investigation.playbooks.facts import FactsError
from services.investigation.playbooks.lines import answered
from services.investigation.playbooks.record_lines import BY_RECORD
from shared.testing.scenario import START
from tests.unit.investigation import test_api_playbook as api
from tests.unit.investigation import test_kyc_playbook as kyc
from tests.unit.investigation import test_trade_playbook as trade
from tests.unit.investigation import test_withdrawal_playbook as withdrawal
from tests.unit.investigation.odd_values import JSON

NOW = START.isoformat()
DEEP = withdrawal.SENT
FACTS = {
    "withdrawal": {"withdrawal": withdrawal.sent("completed"), "now": NOW, "responses": DEEP},
    "trade": {**trade.GOOD, "fills": [trade.fill("110", "3")]},
    "kyc": {"record": kyc.record(kyc.attempt("document_dark")), "now": NOW},
    "api": {"calls": [api.call("50102", skew_ms=45000)]},
}
FOUND = {
    "withdrawal": ("withdrawal_completed", "explain"),
    "trade": ("slippage_excess", "compensate"),
    "kyc": ("kyc_document_unreadable", "ask_customer"),
    "api": ("clock_skew", "explain"),
}
LINES = {name: {"id": "1", **facts} for name, facts in FACTS.items()}
NOBODY = {
    "withdrawal": ({"withdrawal": withdrawal.row("cancelled")}, "withdrawal-cancelled"),
    "trade": ({"book": None}, "book-missing"),
    "kyc": ({"record": kyc.record()}, "no-attempt"),
    "api": ({"calls": []}, "no-calls"),
}


@pytest.mark.parametrize("name", LINES)
def test_the_command_answers_each_line_with_its_finding(name):
    stdin = json.dumps(LINES[name]) + "\n"
    result = CliRunner().invoke(playbook, [name], input=stdin * 2)

    first, second = map(json.loads, result.stdout.splitlines())
    assert (first, result.exit_code) == (second, 0)
    assert (first["id"], first["finding"], first["remedy"]) == ("1", *FOUND[name])
    assert set(first) == {"id", "finding", "details", "remedy", "explanation"}


@pytest.mark.parametrize("name", LINES)
def test_what_no_rule_decides_is_said_to_need_a_person(name):
    changed, reason = NOBODY[name]

    assert json.loads(
        answered(json.dumps({**LINES[name], **changed}).encode(), BY_RECORD[name])
    ) == {
        "id": "1",
        "finding": None,
        "person": reason,
    }


@pytest.mark.parametrize("name", LINES)
@pytest.mark.parametrize(
    ("changed", "error"),
    [({"id": None}, "wrong_type"), ({"id": True}, "wrong_type"), ({"id": 7}, None)],
)
def test_an_id_is_a_text_or_a_number(name, changed, error):
    line = json.dumps({**LINES[name], **changed}).encode()

    assert json.loads(answered(line, BY_RECORD[name])).get("error") == error


@pytest.mark.parametrize("name", LINES)
def test_a_line_without_its_facts_is_told_what_is_wrong(name):
    assert json.loads(answered(b'{"id": 1}', BY_RECORD[name]))["error"] == "missing_field"


@settings(max_examples=200, deadline=None)
@given(name=st.sampled_from(sorted(LINES)), part=st.integers(0, 5), odd=JSON)
def test_whatever_stands_in_a_line_it_is_answered(name, part, odd):
    keys = list(LINES[name])
    facts = {**LINES[name], keys[part % len(keys)]: odd}

    try:
        answer = BY_RECORD[name](facts)
    except FactsError as error:
        answer = {"error": error.slug}

    assert "finding" in answer or answer["error"] in {"missing_field", "wrong_type"}


@pytest.mark.parametrize("name", LINES)
def test_a_case_is_judged_in_less_than_a_millisecond_of_the_processor(name):
    many = 300
    started = time.process_time()
    for _ in range(many):
        BY_RECORD[name](LINES[name])

    assert (time.process_time() - started) / many < 0.001
