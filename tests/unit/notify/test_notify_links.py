"""A link between complaints: the staff's timeline shows it, the customer's page never does."""

import pytest

from services.notify.customer import customer_view
from services.notify.timeline import timeline
from shared.events.intake import ComplaintLinked, ComplaintUnlinked, Link
from shared.testing.scenario import COMPLAINT, START
from tests.stories import Story
from tests.unit.notify.letterbox import received

OTHER = "b0b0b0b0-0000-4000-8000-00000000c0de"
LINK = Link(other=OTHER, reasons=("txid", "near_text"), people="different-contact")
LINKED = ComplaintLinked(link=LINK)
UNLINKED = ComplaintUnlinked(other=OTHER, reason="another_matter", staff="ada")


def test_the_timeline_says_to_which_why_and_whose():
    story = Story(COMPLAINT, START).tell((0.0, received()), (1.0, LINKED), (2.0, UNLINKED))
    *_, linked, unlinked = timeline(story.events, reads=True)

    assert (linked.title, unlinked.title) == ("Complaint linked", "Complaint unlinked")
    assert {entry.name: entry.value for entry in linked.details} == {
        "link.other": OTHER,
        "link.reasons": "txid, near_text",
        "link.people": "different-contact",
        "noticed": "no",
    }
    assert ("reason", "another_matter") in {(e.name, e.value) for e in unlinked.details}


@pytest.mark.parametrize("fact", [LINKED, UNLINKED])
def test_the_customer_sees_nothing_of_another_complaint(fact):
    alone = Story(COMPLAINT, START).tell((0.0, received()))
    beside = Story(COMPLAINT, START).tell((0.0, received()), (1.0, fact))

    seen = customer_view(COMPLAINT, "RD-TEST", beside.events)

    assert seen == customer_view(COMPLAINT, "RD-TEST", alone.events)
    assert OTHER not in seen.model_dump_json()
