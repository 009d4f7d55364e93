import hashlib
from datetime import timedelta

import pytest

from services.investigation.rules.compact import newest, size
from services.investigation.rules.filing import content, filed
from shared.events.investigation import EvidenceCollected, EvidenceMissing
from shared.events.personal import DataKey, Personal
from shared.testing.scenario import START
from tests.unit.investigation.stage_cases import (
    OURS,
    admitted,
    answer,
    answered,
    answers,
    chain,
    names,
    running,
    silence,
)


def piece(value):
    return filed(
        value,
        kind="account",
        source="account",
        query="q",
        at=START,
        collector="worker",
        sensitivity="personal",
    )


def test_evidence_is_canonical_json_with_its_own_hash():
    evidence = piece({"b": "é", "a": 1})
    assert evidence.content.text == '{"a":1,"b":"é"}'
    assert evidence.sha256 == hashlib.sha256(evidence.content.text.encode()).hexdigest()
    assert evidence.evidence_id == piece({"a": 1, "b": "é"}).evidence_id
    assert evidence.evidence_id != piece({"a": 2}).evidence_id


def test_the_state_never_shows_what_evidence_says():
    case = running()
    answer(case, "account", answers()["account"])
    assert OURS not in repr(case.state.evidence)


def test_one_answer_of_three_is_filed_and_nothing_is_concluded():
    case = running()
    assert names(answer(case, "account", answers()["account"])) == ["EvidenceAdded"]
    assert "evidence:account:1" not in case.state.due


def test_the_last_answer_concludes_whatever_the_order():
    case = running()
    good = answers()
    for source in ("chain", "ledger", "payout"):
        assert names(answer(case, source, good[source])) == ["EvidenceAdded"]
    assert "RemedyProposed" in names(answer(case, "account", good["account"]))


def test_a_silent_source_is_asked_again_later_under_the_same_key():
    case = running()
    before = case.due("evidence:chain:1")
    assert silence(case, "chain") == [
        EvidenceMissing(
            key="evidence:chain:1",
            source="chain",
            problem="unavailable",
            again_at=START + timedelta(minutes=1),
        )
    ]
    after = case.due("evidence:chain:1")
    assert after.at == START + timedelta(minutes=1)
    assert after.event != before.event
    assert after.arguments == before.arguments


def test_a_source_that_answers_at_last_counts():
    case = running()
    silence(case, "chain")
    assert "RemedyProposed" in names(answered(case))


def test_a_source_that_stays_silent_is_given_up_and_a_person_takes_over():
    case = running()
    for source in ("account", "ledger", "payout"):
        answer(case, source, answers()[source])
    attempts = case.policy.investigation.source_attempts
    for _ in range(attempts - 1):
        assert names(silence(case, "chain")) == ["EvidenceMissing"]
    given_up, task = silence(case, "chain")
    assert given_up.again_at is None
    assert task.reason == "source-unavailable"
    assert {item.kind for item in case.state.due.values()} == {"timer"}


@pytest.mark.parametrize("anew", ["another look", "other facts"])
def test_every_round_has_all_its_attempts(anew):
    case = running()
    attempts = case.policy.investigation.source_attempts
    for _ in range(attempts - 1):
        silence(case, "chain")
    if anew == "another look":
        answered(case, chain=chain((OURS, 50_000_000), confirmations=1))
    else:
        case.when(admitted(memo="7"))
    (missing,) = silence(case, "chain")
    assert missing.again_at is not None


def test_a_source_given_up_early_waits_for_the_others():
    case = running()
    for _ in range(case.policy.investigation.source_attempts):
        last = silence(case, "chain")
    assert names(last) == ["EvidenceMissing"]
    for source in ("account", "payout"):
        answer(case, source, answers()[source])
    _, task = answer(case, "ledger", answers()["ledger"])
    assert task.reason == "source-unavailable"


def test_a_problem_without_a_name_is_unknown():
    case = running()
    (missing,) = case.result("evidence:chain:1", EvidenceCollected, source="chain")
    assert missing.problem == "unknown"


def test_a_new_look_supersedes_the_evidence_of_the_last():
    case = running()
    answered(case, chain=chain((OURS, 50_000_000), confirmations=1))
    first = case.state.evidence["chain"]
    case.elapse(timedelta(minutes=10))
    added = answer(case, "chain", chain((OURS, 50_000_000), confirmations=1))[0]
    assert added.supersedes == first.evidence_id
    assert case.state.evidence["chain"] == added.evidence
    assert len(case.state.evidence) == 4


@pytest.mark.parametrize("text", ["[1]", "erased", ""])
def test_content_that_is_no_object_reads_as_nothing(text):
    case = running()
    kept = piece({}).model_copy(update={"content": Personal(text)})
    case.state = case.state.model_copy(update={"evidence": {"account": kept}})
    assert content(case.state, "account") == {}
    assert content(case.state, "ledger") == {}


def test_evidence_of_an_erased_person_goes_to_a_person():
    case = running()
    for source in ("account", "ledger", "payout"):
        answer(case, source, answers()[source])
    gone = Personal(sealed=("k", b"", b""))
    gone.unlock(DataKey("k", None))
    kept = {name: e.model_copy(update={"content": gone}) for name, e in case.state.evidence.items()}
    case.state = case.state.model_copy(update={"evidence": kept})
    assert answer(case, "chain", answers()["chain"])[-1].reason == "facts-missing"


def test_rows_that_fit_are_kept_newest_last():
    rows = [{"n": number} for number in range(100)]
    kept = newest(rows, 50)
    assert kept == rows[-len(kept) :]
    assert size(kept) <= 52
    assert newest(rows) == rows
    assert newest([], 50) == []
