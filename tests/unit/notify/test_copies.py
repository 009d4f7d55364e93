"""The copy for who asks what is kept about them: all that is theirs, and nobody else's."""

import json

import pytest

from services.notify.copies.copy import copy_of
from shared.envelope import read
from shared.events.base import Attachment
from shared.events.intake import AppealReceived, ComplaintErased, MessageReceived, RatingReceived
from shared.events.investigation import Evidence, EvidenceAdded
from shared.events.notify import CaseRead
from shared.events.personal import DataKey, Personal
from shared.events.verification import IdentityFailed, IdentityVerified
from shared.testing.scenario import COMPLAINT, START
from tests.stories import Story, deposit, received

PROVED = IdentityVerified(
    user_id="10042", level="L2", allows=("hear_of_account", "receive_data", "be_paid")
)
NAMED = IdentityVerified(user_id="10042", level="L0", allows=("follow_status",))


def piece(content, **more):
    fields = {
        "evidence_id": f"ev-{more.get('type', 'account')}",
        "type": "account",
        "source": "account",
        "query": "GET /v1/accounts/{user_id}",
        "collected_at": START,
        "collector": "worker",
        "sha256": "ab" * 32,
        "sensitivity": "personal",
        "content": Personal(json.dumps(content)),
    }
    return EvidenceAdded(evidence=Evidence(**{**fields, **more}))


def story(*data):
    told = Story(COMPLAINT, START).tell(*deposit(COMPLAINT, START))
    return told.tell(*((float(20 + n), one) for n, one in enumerate(data)))


def copy(*data):
    return copy_of(COMPLAINT, story(*data).events)


def test_it_holds_what_was_written_on_both_sides_and_what_was_decided():
    file = Attachment(
        sha256="cd" * 32, name=Personal("slip.png"), media_type="image/png", size=9, status="clean"
    )
    found = copy(
        MessageReceived(text=Personal("Still nothing."), received_at=START, attachments=(file,)),
        AppealReceived(decision_id="d", points=("price",), reason=Personal("Look again.")),
        RatingReceived(decision_id="d", score=2, comment=Personal("Too slow.")),
    )

    assert found.words["contact"] == "mei.lin@customers.example"
    assert [(one.about, one.text) for one in found.messages] == [
        ("message", "Still nothing."),
        ("appeal", "Look again."),
        ("rating 2 of 5", "Too slow."),
    ]
    assert {"acknowledgement", "decision"} <= {one.about for one in found.letters}
    assert all(one.text and one.subject for one in found.letters)
    assert [(one.name, one.size) for one in found.files] == [("slip.png", 9)]
    assert "upheld" in found.decisions[0].what
    assert found.sorted_by_rule["category"] == "deposit_withdrawal"
    assert found.timeline[0].what == "Complaint received"
    assert not found.erased


def test_account_data_goes_to_nobody_who_only_named_the_account():
    account = piece({"name": "Mei Lin", "phone": "+44 1"})
    for identity in (NAMED, IdentityFailed(reason="contact_differs")):
        found = copy(PROVED, account, identity)
        assert (found.evidence, found.actions) == ((), ())
        assert "Mei Lin" not in found.model_dump_json()
        assert len(found.left_out) == 2

    (given,) = copy(account, PROVED).evidence
    assert json.loads(given.content)["name"] == "Mei Lin"


def test_others_and_what_only_the_holder_may_know_are_left_out():
    rows = {"rows": [{"order": "O-1", "counterparty": "20077"}], "anti_phishing_code": "blue fox"}
    found = copy(
        PROVED,
        piece(rows, type="execution"),
        piece({"user_id": "20077"}, type="ledger", sensitivity="internal"),
        piece({"summary": "saw Ann"}, type="call", collector="staff:agent-1"),
    )
    text = found.model_dump_json()

    assert not [word for word in ("20077", "blue fox", "saw Ann", "agent-1") if word in text]
    (row,) = json.loads(found.evidence[0].content)["rows"]
    assert row == {"order": "O-1", "counterparty": "(left out)"}
    assert [why.partition(":")[0] for why in found.left_out] == ["ledger", "call"]


def test_that_it_was_read_is_told_and_not_by_whom():
    read = CaseRead(staff="agent-en-1", part="case", ground="grant", reason="appeal")
    found = copy(read, read.model_copy(update={"ground": "assignee", "reason": None}))
    assert [one.what for one in found.readings] == ["case: appeal", "case: assignee"]
    assert "agent-en-1" not in found.model_dump_json()


@pytest.mark.parametrize("secret", [None, bytes(32)])
def test_what_was_erased_reads_so(secret):
    told = story(PROVED, piece({"name": "Mei"}), ComplaintErased(reason="asked"))
    words = []
    rows = told.rows(DataKey(COMPLAINT, bytes(32)), START)
    events = [read(row["value"], words) for row in rows]
    for word in words:
        word.unlock(DataKey(COMPLAINT, secret))

    found = copy_of(COMPLAINT, events)

    assert found.erased
    assert (found.words["contact"] == "erased") is (secret is None)
    assert (found.evidence[0].content == "erased") is (secret is None)


def test_what_has_only_come_in_is_told_too():
    found = copy_of(
        COMPLAINT, Story(COMPLAINT, START).tell((0.0, received(COMPLAINT, START))).events
    )
    assert found.stands == "being checked"
