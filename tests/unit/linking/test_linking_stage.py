from datetime import timedelta

import pytest

from services.intake.decide import DECIDER
from shared.events.base import ComplaintFacts
from shared.events.intake import (
    ComplaintLinked,
    ComplaintSubmitted,
    Link,
    LinkNoticed,
    LinksFound,
    MessageSubmitted,
    TwinInformed,
    UnlinkNoticed,
    UnlinkSubmitted,
)
from shared.events.personal import Personal
from shared.pipeline import STAGES
from shared.testing.scenario import COMPLAINT, START, Scenario

OTHER, THIRD = "b" * 8, "c" * 8


def link(other=OTHER):
    return Link(other=other, reasons=("txid",), people="same-contact")


def submitted():
    facts = ComplaintFacts(
        reference="RD-0000-0000-0000-0",
        channel="web_form",
        subject=Personal("Help"),
        description=Personal("It is gone"),
        received_at=START,
        txid="ab" * 32,
    )
    return ComplaintSubmitted(facts=facts)


def message(**supplied):
    later = START + timedelta(hours=1)
    return MessageSubmitted(text=Personal("More"), received_at=later, supplied=supplied)


def unlink(*roles, other=OTHER, expected=0):
    return UnlinkSubmitted(
        staff="ada",
        roles=roles or ("agent",),
        other=other,
        reason="another_matter",
        expected_sequence=expected,
    )


def names(events):
    return [type(event).__name__ for event in events]


@pytest.fixture
def scene():
    return Scenario(STAGES["intake"], DECIDER)


@pytest.fixture
def linked(scene):
    scene.when(submitted())
    scene.result("compare", LinksFound, links=(link(),))
    return scene


def test_a_new_complaint_is_compared(scene):
    scene.when(submitted())
    assert scene.due("compare").kind == "compare_complaint"
    assert scene.state.linking.sought.txid == "ab" * 32
    assert names(scene.result("compare", LinksFound)) == ["ComplaintCompared"]
    assert scene.state.linking.sought is None
    assert scene.state.due == {}


def test_a_link_is_noted_and_the_other_complaint_is_told(scene):
    scene.when(submitted())
    assert names(scene.result("compare", LinksFound, links=(link(),))) == [
        "ComplaintLinked",
        "ComplaintCompared",
    ]
    assert scene.due(f"tell:{OTHER}").arguments == {"other": OTHER, "what": "linked"}
    assert names(scene.result(f"tell:{OTHER}", TwinInformed)) == ["TwinTold"]
    assert scene.state.due == {}
    assert list(scene.state.linking.links) == [OTHER]


def test_a_link_that_the_other_found_is_noted_and_not_told_back(scene):
    scene.when(submitted())
    (event,) = scene.when(LinkNoticed(link=link()))
    assert event == ComplaintLinked(link=link(), noticed=True)
    assert list(scene.state.due) == ["compare"]


def test_however_often_and_from_whichever_side_it_is_found_it_is_one_link(linked):
    assert linked.when(LinkNoticed(link=link())) == []
    linked.when(message(order_id="7001"))
    found = linked.result("compare", LinksFound, links=(link(), link(THIRD)))
    assert names(found) == ["ComplaintLinked", "ComplaintCompared"]
    assert found[1].found == 1


def test_a_complaint_is_never_linked_to_itself(scene):
    assert scene.when(LinkNoticed(link=link(COMPLAINT))) == []


def test_a_message_is_compared_with_what_it_says(linked):
    linked.when(message(order_id="7001", colour="red"))
    sought = linked.state.linking.sought
    assert (sought.order_id, sought.txid, sought.at) == ("7001", None, START + timedelta(hours=1))
    assert [word.text for word in sought.words] == ["More"]


def test_a_message_during_a_comparison_is_compared_after_it(scene):
    scene.when(submitted())
    old = scene.due("compare")
    scene.when(message())
    assert scene.when(LinksFound(key=old.key, put_by=old.event, links=(link(),))) == []
    assert len(scene.state.linking.sought.words) == 3
    assert "compare" in scene.state.due


def test_a_message_that_overtakes_its_complaint_is_compared_with_it(scene):
    scene.when(message())
    assert scene.state.due == {}
    scene.when(submitted())
    assert [w.text for w in scene.state.linking.sought.words] == ["Help", "It is gone", "More"]


def test_a_person_takes_a_link_apart_and_no_rule_makes_it_again(linked):
    (event,) = linked.when(unlink())
    assert (event.other, event.reason, event.staff) == (OTHER, "another_matter", "ada")
    assert linked.state.linking.links == {}
    told = linked.due(f"tell:{OTHER}").arguments
    assert told == {
        "other": OTHER,
        "what": "unlinked",
        "reason": "another_matter",
        "staff": "ada",
    }
    assert linked.when(LinkNoticed(link=link())) == []
    linked.when(message())
    assert names(linked.result("compare", LinksFound, links=(link(),))) == ["ComplaintCompared"]


def test_the_other_side_hears_that_it_was_taken_apart_once(linked):
    news = UnlinkNoticed(other=OTHER, reason="another_matter", staff="ada")
    (event,) = linked.when(news)
    assert event.noticed
    assert linked.state.linking.links == {}
    assert linked.state.due == {}
    assert linked.when(news) == []


def test_news_of_an_end_that_overtakes_the_link_holds(scene):
    scene.when(submitted())
    scene.when(UnlinkNoticed(other=OTHER, reason="another_matter", staff="ada"))
    assert scene.when(LinkNoticed(link=link())) == []


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (unlink("auditor"), "role-too-low"),
        (unlink(other=THIRD), "no-such-link"),
        (unlink(expected=1), "case-moved-on"),
    ],
)
def test_what_does_not_fit_is_refused(linked, command, rule):
    (event,) = linked.when(command)
    assert (event.rule, event.staff) == (rule, "ada")
    assert list(linked.state.linking.links) == [OTHER]


def test_links_of_one_complaint_are_bounded(scene):
    scene.when(submitted())
    for number in range(60):
        scene.when(LinkNoticed(link=link(str(number))))
    assert len(scene.state.linking.links) == 50
