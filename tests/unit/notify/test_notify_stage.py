"""Which fact is told to the customer, when, and only once."""

import pytest

from services.notify.decide import DECIDER
from services.notify.reading.decide import READING
from shared.events.base import TimerElapsed
from shared.events.intake import ComplaintWithdrawn
from shared.events.notify import (
    CorrespondenceEnded,
    LetterFailed,
    LetterHandled,
    LetterPostponed,
    LetterRequested,
    LetterSent,
    RecipientNoted,
    StaffMessageSubmitted,
)
from shared.events.resolution import EffectVerified
from shared.pipeline import STAGES
from tests.unit.notify.letterbox import (
    START,
    Desk,
    admissibility,
    appeal_refused,
    appealed,
    assigned,
    classified,
    closed,
    decided,
    desk,
    extended,
    frozen,
    info_requested,
    proof_awaited,
    received,
    rechecked,
    reminded,
    verified,
)


def test_the_decide_table_holds_what_the_stage_reads_and_takes():
    row = STAGES["notify"]
    emitted = {event for name in row.reads for event in STAGES[name].emits}

    assert DECIDER.decide_table.keys() - emitted - READING.keys() == {
        LetterHandled,
        StaffMessageSubmitted,
        TimerElapsed,
    }
    assert set(DECIDER.evolve_table) <= set(row.emits)


def test_a_complaint_is_acknowledged_once_to_inbox_and_mail():
    box = desk().told(received())

    assert box.kinds() == ["acknowledgement"]
    assert box.letters()[0].channels == ("inbox", "email")
    assert sorted(item.kind for item in box.state.due.values()) == ["email", "timer"]


def test_without_an_address_the_letter_goes_to_the_inbox_alone():
    box = desk(contact=None)

    assert box.letters()[0].channels == ("inbox",)
    assert box.state.letters == {}


def test_the_same_cause_gives_the_same_letter_id():
    assert desk().letters()[0].letter_id == desk().letters()[0].letter_id


@pytest.mark.parametrize(
    ("fact", "kind"),
    [
        (info_requested("txid", "asset"), "information_request"),
        (reminded(), "information_reminder"),
        (assigned(), "progress"),
        (appealed(), "progress"),
        (appeal_refused(), "progress"),
        (rechecked(confirmations=2, required=6), "progress"),
        (frozen(), "freeze_notice"),
        (admissibility(admissible=False, reasons=("duplicate",)), "inadmissible"),
        (decided(), "decision"),
        (closed(), "rating_request"),
    ],
)
def test_a_fact_is_told_once_however_often_it_comes(fact, kind):
    assert desk().told(fact, fact).kinds() == ["acknowledgement", kind]


@pytest.mark.parametrize(
    "fact",
    [
        assigned(level=2),
        EffectVerified(key="credit|x", action="credit"),
        admissibility(admissible=True),
        closed(decision_id=None),
        classified("und"),
        classified("en"),
        verified("L0"),
    ],
)
def test_what_the_customer_need_not_know_is_not_told(fact):
    assert desk().when(fact) == []


def test_a_request_lists_all_items():
    assert desk().told(info_requested("txid", "asset")).letters()[-1].items == ("txid", "asset")


def test_confirmations_are_told_at_each_change_of_the_numbers_only():
    two, three = rechecked(confirmations=2, required=6), rechecked(confirmations=3, required=6)
    box = desk().told(two, two, three, rechecked(), rechecked())

    assert [x.about for x in box.letters("progress")] == [
        "confirmations:2/6",
        "confirmations:3/6",
        "confirmations:0/None",
    ]


def test_a_decision_carries_its_id_details_and_ways_on():
    letter = desk().told(decided(details={"finding": "forged", "paid_to": "x"})).letters()[-1]

    assert letter.decision_id == "decision-1"
    assert letter.facts["finding"] == "credited_internal_delay"
    assert letter.facts["paid_to"] == "x"
    assert letter.facts["appeal_by"] == "2026-12-22T09:00:00Z"
    assert letter.facts["last_level"] is False
    assert desk().told(decided(2)).letters()[-1].facts["last_level"] is True


def test_the_language_of_the_text_is_better_than_the_hint():
    box = desk(language_hint="en").told(classified("zh"), assigned())

    assert [x.language for x in box.letters()] == ["en", "zh"]
    assert box.told(classified("zh-Hant")).letters()[-1].language == "zh"


def test_a_language_without_letters_stays_with_english():
    box = desk(language_hint="de")

    assert box.letters()[0].language == "en"
    assert box.when(classified("de")) == []


def test_letters_after_the_proof_of_identity_may_speak_of_the_account():
    box = desk().told(frozen(), verified())
    told = box.told(decided()).letters()

    assert [x.facts["verified"] for x in told] == [False, False, True]
    assert box.when(admissibility(admissible=True, identity="L1")) == []


def test_admissibility_proves_identity_too():
    assert desk().when(admissibility(admissible=True, identity="L2")) == [
        RecipientNoted(verified=True)
    ]


def test_letters_before_their_complaint_wait_for_it_in_order():
    box = Desk().told(classified("zh"), verified(), frozen(), frozen(), decided(), frozen())

    assert box.letters() == []
    assert len(box.state.postponed) == 2
    assert isinstance(box.events[-1], LetterPostponed)

    box.told(received())
    assert box.kinds() == ["acknowledgement", "freeze_notice", "decision"]
    assert {(x.language, x.facts["verified"], x.reference) for x in box.letters()} == {
        ("zh", True, "RD-TEST")
    }
    assert box.state.postponed == ()
    assert box.state.told == (
        "freeze:freeze|10042|2026-11-22",
        "decision:decision-1",
        "acknowledgement",
    )


@pytest.mark.parametrize(
    "fact", [info_requested(), reminded(), assigned(), rechecked(), extended(), proof_awaited()]
)
@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((decided(),), ["decision"]),
        ((decided(), appealed()), ["decision", "progress"]),
    ],
)
def test_what_waited_for_the_complaint_with_its_answer_is_idle(fact, answer, told):
    box = Desk().told(fact, *answer, received())

    assert box.kinds() == ["acknowledgement", *told]
    assert box.state.postponed == ()


def test_a_question_of_the_appeal_waits_for_the_complaint_beside_the_first_answer():
    box = Desk().told(decided(), appealed(), info_requested(), received())

    assert box.kinds()[-1] == "information_request"


@pytest.mark.parametrize("fact", [info_requested(), reminded(), assigned(), rechecked()])
def test_after_the_decision_no_question_or_progress_goes_out(fact):
    assert desk().told(decided()).when(fact) == []


def test_an_appeal_opens_the_talk_again_but_not_the_first_levels_progress():
    box = desk().told(decided(), appealed())

    assert box.when(assigned()) == []
    assert [type(e) for e in box.when(info_requested())] == [LetterRequested, LetterSent]
    assert len(box.told(decided(2)).letters("decision")) == 2


def test_a_refused_appeal_is_told_even_after_the_decision():
    box = desk().told(decided(2), appeal_refused("last-level"))

    assert box.letters()[-1].facts["rule"] == "last-level"


def test_a_withdrawal_is_confirmed_once():
    box = desk().told(ComplaintWithdrawn(), closed("withdrawn", decision_id=None))

    assert box.told(ComplaintWithdrawn()).kinds()[1:] == ["withdrawn"]


def test_spam_is_not_answered_and_ends_the_correspondence():
    box = desk()
    spam = admissibility(admissible=False, reasons=("spam",))

    assert box.when(spam) == [CorrespondenceEnded(reason="spam")]
    assert box.told(info_requested()).kinds() == ["acknowledgement"]
    assert "update" not in box.state.due


def test_a_person_who_wrote_to_the_wrong_address_hears_of_it():
    reasons = ("another_firm", "spam")
    box = desk().told(admissibility(admissible=False, reasons=reasons))

    assert box.letters()[-1].items == reasons


@pytest.mark.parametrize("end", [ComplaintWithdrawn(), closed("withdrawn", decision_id=None)])
def test_after_a_withdrawal_only_what_protects_the_customer_goes_out(end):
    box = desk()

    assert box.when(end)[-1] == CorrespondenceEnded(reason="withdrawn")
    assert box.when(end) == []
    for unwanted in (info_requested(), assigned(), appealed(), closed()):
        assert box.when(unwanted) == []
    assert box.told(frozen(), decided()).kinds()[-2:] == ["freeze_notice", "decision"]
    assert "update" not in box.state.due


def test_the_inbox_has_a_letter_as_soon_as_it_is_asked_for():
    box = desk()
    letter = box.letters()[0]

    assert box.events[-1] == LetterSent(
        letter_id=letter.letter_id, kind="acknowledgement", channel="inbox", sent_at=START
    )
    assert letter.letter_id in box.state.letters


def test_a_mail_servers_answer_ends_the_item():
    box = desk()
    letter = box.letters()[0]
    email = f"letter:{letter.letter_id}:email"

    refused = box.result(email, LetterHandled, **_answer(letter, "refused"))
    assert [type(event) for event in refused] == [LetterFailed]
    assert refused[0].problem == "refused"
    assert set(box.state.due) == {"update"}
    assert box.state.letters == {}


def test_a_decision_letter_names_its_decision_when_it_is_sent():
    box = desk().told(decided())
    letter = box.letters()[-1]
    key = f"letter:{letter.letter_id}:email"

    assert box.events[-1].decision_id == "decision-1"
    assert box.result(key, LetterHandled, **_answer(letter, "sent"))[0].decision_id == "decision-1"


def test_a_late_answer_for_an_item_that_is_gone_changes_nothing():
    box = desk()
    letter = box.letters()[0]
    key = f"letter:{letter.letter_id}:email"
    answer = LetterHandled(key=key, put_by=box.due(key).event, **_answer(letter, "sent"))

    assert len(box.when(answer)) == 1
    assert box.when(answer) == []


def _answer(letter, status):
    return {"letter_id": letter.letter_id, "channel": "email", "status": status, "at": START}
