"""Files that wait for the scanner: each once, and no more than may."""

import pytest

from services.intake.attachments.types import allowed
from services.intake.decide import DECIDER
from shared.events.base import Attachment
from shared.events.intake import AttachmentScanned, MessageSubmitted
from shared.events.personal import Personal
from shared.pipeline import STAGES
from shared.testing.scenario import START, Scenario

MOST = allowed().limits.files


@pytest.fixture
def scene():
    return Scenario(STAGES["intake"], DECIDER)


def file(number, status="quarantined", reason="scanner_away"):
    return Attachment(
        sha256=f"{number:064x}",
        name=Personal("a.pdf"),
        media_type="application/pdf",
        size=1,
        status=status,
        reason=reason,
    )


def message(*files):
    return MessageSubmitted(text=Personal("See here."), received_at=START, attachments=files)


def scanned(item, verdict):
    return AttachmentScanned(
        key=item.key, put_by=item.event, sha256=item.arguments["sha256"], verdict=verdict
    )


def test_a_file_that_comes_again_waits_once(scene):
    scene.when(message(file(1), file(1)))
    (owed,) = scene.state.due.values()
    scene.when(message(file(1), file(2)))

    assert [f.sha256 for f in scene.state.attachments] == [file(1).sha256, file(2).sha256]
    assert scene.state.due[owed.key] == owed
    assert len(scene.state.due) == 2


def test_what_is_clean_does_not_wait_again(scene):
    scene.when(message(file(1, "clean", None)))
    scene.when(message(file(1)))

    assert scene.state.attachments == (file(1, "clean", None),)
    assert not scene.state.due


def test_a_file_beyond_the_complaints_room_never_waits(scene):
    scene.when(message(*(file(n) for n in range(MOST))))
    *_, told = scene.when(message(file(0), file(MOST)))

    assert [f.reason for f in told.attachments] == ["scanner_away", "too_many"]
    assert len(scene.state.due) == MOST


@pytest.mark.parametrize(
    ("reason", "told"), [(None, "clean"), ("malware", "quarantined"), ("no_scanner", "quarantined")]
)
def test_however_often_a_file_comes_the_case_holds_it_once(scene, reason, told):
    for _ in range(3):
        scene.when(message(file(1, told, reason), file(1, told, reason)))

    assert scene.state.attachments == (file(1, told, reason),)


def test_the_case_holds_no_more_files_than_it_has_room_for(scene):
    for number in range(3 * MOST):
        scene.when(message(file(number, "quarantined", "type_not_allowed")))
        scene.when(message(file(number + 900, "quarantined", "too_large")))

    assert len(scene.state.attachments) == MOST


def test_a_file_that_waited_and_comes_again_is_what_was_found_in_it(scene):
    scene.when(message(file(1)))
    scene.when(message(file(1, "clean", None)))

    assert scene.state.attachments == (file(1, "clean", None),)
    assert not scene.state.due


@pytest.mark.parametrize(
    ("reason", "stands"), [("malware", False), ("scanner_away", True), ("name_differs", True)]
)
def test_a_clean_file_is_held_back_by_the_scanners_word_alone(scene, reason, stands):
    scene.when(message(file(1, "clean", None)))
    scene.when(message(file(1, "quarantined", reason)))

    (held,) = scene.state.attachments
    assert (held.status == "clean") is stands


@pytest.mark.parametrize("verdict", ["malware", "unscannable"])
def test_what_the_scanner_says_of_a_file_that_waited_is_final(scene, verdict):
    scene.when(message(file(1)))
    (owed,) = scene.state.due.values()
    scene.when(scanned(owed, verdict))

    assert scene.state.attachments == (file(1, "quarantined", verdict),)
    assert not scene.state.due
