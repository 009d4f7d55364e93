"""The code that a customer knows our mails by stands in mails to whoever proved the account."""

from services.notify.letters.render import render, with_code
from services.notify.state import NotifyState
from services.notify.timeline import timeline
from services.notify.work import Post
from shared.events.investigation import PointFinding
from shared.events.notify import LetterRequested
from shared.events.personal import ERASED, Personal
from shared.events.verification import IdentityVerified
from shared.runner.due import Claim
from shared.testing.scenario import COMPLAINT, START
from tests.stories import Story
from tests.unit.notify.letterbox import assigned, decided, desk, received, words_of
from tests.unit.notify.test_notify_mail import settings, words

CODE = "blue-heron-42"
LINE = f"Your anti-phishing code: {CODE}"


def proved(user_id="10042", level="L1", code=CODE):
    known = Personal(code) if code else None
    return IdentityVerified(user_id=user_id, level=level, anti_phishing_code=known)


def mail_of(box):
    letter = box.letters()[-1]
    keys = [k for k, item in box.state.due.items() if item.arguments.get("letter_id")]
    claim = Claim(COMPLAINT, box.state.due[keys[-1]], box.state, START)
    return Post(settings("smtp://127.0.0.1:1"))._mail(claim, letter)  # noqa: SLF001 - no server is needed


def test_a_mail_begins_with_the_code_in_both_forms():
    mail = mail_of(desk().told(proved(), assigned()))

    assert words(mail).startswith(LINE)
    assert LINE in words(mail, "html")
    assert CODE not in mail["Subject"]


def test_the_inbox_and_every_other_channel_leave_it_out():
    (letter,) = desk().told(proved(), assigned()).letters("progress")

    assert CODE not in render(letter).body
    assert CODE not in letter.sha256


def test_whoever_proved_nothing_is_not_told_it():
    box = desk().told(proved(level="L0"), assigned())

    assert box.letters()[-1].anti_phishing_code is None
    assert CODE not in words(mail_of(box))
    later = box.told(proved(code=None), decided())
    assert words(mail_of(later)).startswith(LINE)


def test_the_code_of_another_account_is_forgotten():
    box = desk().told(proved(), proved("20077", code=None), assigned())

    assert box.state.user_id == "20077"
    assert "anti-phishing" not in words(mail_of(box))


def test_an_account_without_a_code_and_an_erased_one_leave_the_line_out():
    (plain,) = desk().told(proved(code=None), assigned()).letters("progress")
    erased = plain.model_copy(update={"anti_phishing_code": Personal(ERASED)})
    blank = plain.model_copy(update={"anti_phishing_code": Personal(" \n")})

    assert {with_code(render(x), x).body for x in (plain, erased, blank)} == {render(plain).body}


def test_a_code_of_many_lines_or_great_length_is_one_short_line():
    (letter,) = desk().told(proved(code="a\n\x1db" + "x" * 500), assigned()).letters("progress")
    first = with_code(render(letter), letter).body.splitlines()[0]

    assert first.startswith("Your anti-phishing code: a bx")
    assert len(first) < 100


def test_staff_do_not_read_it_on_the_timeline():
    story = Story(COMPLAINT, START).tell((0.0, received()), (1.0, proved()), (2.0, assigned()))
    shown = "".join(row.model_dump_json() for row in timeline(story.events, reads=True))

    assert "We received your complaint" in shown
    assert any(
        x.data.anti_phishing_code for x in story.events if isinstance(x.data, LetterRequested)
    )
    assert CODE not in shown


def test_a_state_of_before_has_no_code():
    assert NotifyState.model_validate({}).anti_phishing_code is None


def test_each_point_is_said_with_its_finding_and_its_reason():
    points = (
        PointFinding(point="kyc", finding="kyc_approved", reason=Personal("Looked at\ntwice.")),
        PointFinding(point="the fee", finding="never-heard", reason=Personal("As published.")),
    )
    (letter,) = desk(language_hint="fr").told(proved(), decided(points=points)).letters("decision")
    (stranger,) = desk().told(decided(points=points)).letters("decision")
    text, findings = render(letter).body, words_of("fr")["findings"]

    assert "POINT PAR POINT\n- vérification d'identité : " in text
    assert f"{findings['kyc_approved']} Looked at twice." in text
    assert f"- the fee : {findings['other']} As published." in text
    assert "twice" not in render(stranger).body
