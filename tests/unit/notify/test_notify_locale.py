"""Numbers, instants and counts as each language writes them; the chain's page; the hash."""

import hashlib
from datetime import UTC, date, datetime

import pytest

from services.notify.letters.locale import counted, instant, number
from services.notify.letters.outside import body_of, explorer_link
from services.notify.letters.render import render
from shared.rules.calendars.packs import packs
from tests.unit.notify.letterbox import decided, desk, verified, words_of

TXID = "ab" * 32
DAY = date(2026, 11, 23)
AT = datetime(2026, 11, 22, 9, 0, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "22 November 2026, 09:00 UTC"),
        ("zh", "2026年11月22日 09:00 UTC"),
        ("ja", "2026年11月22日 09:00 UTC"),
        ("ko", "2026년 11월 22일 09:00 UTC"),
        ("ru", "22 ноября 2026 \u0433., 09:00 UTC"),
        ("es", "22 de noviembre de 2026, 09:00 UTC"),
        ("fr", "22 novembre 2026, 09:00 UTC"),
        ("vi", "09:00 UTC 22 tháng 11, 2026"),
    ],
)
def test_an_instant_is_written_as_the_language_does_with_its_zone(language, text):
    assert " ".join(instant(AT, language).split()) == " ".join(text.split())


@pytest.mark.parametrize(
    ("given", "language", "text"),
    [
        ("1234567.000000000000000001", "en", "1,234,567.000000000000000001"),
        ("1234567.5", "es", "1.234.567,5"),
        ("-0.10", "ru", "-0,10"),
        ("1E-8", "fr", "0,00000001"),
        ("1e400", "en", "1e400"),
        ("NaN", "en", "NaN"),
        ("about ten", "en", "about ten"),
        (0, "ja", "0"),
    ],
)
def test_a_number_keeps_every_digit_and_text_stays_text(given, language, text):
    assert number(given, language) == text


@pytest.mark.parametrize(
    ("count", "language", "text"),
    [
        *((1, "en", "1 minute"), (2, "en", "2 minutes"), (1, "ru", "1 минута")),
        *(
            (3, "ru", "3 минуты"),
            (5, "ru", "5 минут"),
            (21, "ru", "21 минута"),
            (0, "fr", "0 minute"),
            (2, "ja", "2分"),
        ),
    ],
)
def test_a_count_takes_the_form_of_its_number(count, language, text):
    assert counted(count, words_of(language)["plurals"]["minutes"], language) == text


@pytest.mark.parametrize("value", ["not a time", "", "99999-01-01"])
def test_what_is_no_instant_stays_what_it_is(value):
    assert instant(value, "en") == value


@pytest.mark.parametrize(
    ("network", "txid", "link"),
    [
        ("bitcoin", TXID, f"https://mempool.space/tx/{TXID}"),
        ("BNB Smart Chain", f"0x{TXID}", f"https://bscscan.com/tx/0x{TXID}"),
        ("ethereum", TXID, f"https://etherscan.io/tx/0x{TXID}"),
        ("bitcoin", f"0x{TXID}", None),
        ("bitcoin", f"{TXID}/../x", None),
        ("bitcoin", f"{TXID}\n", None),
        ("nowhere", TXID, None),
        (None, None, None),
    ],
)
def test_only_a_well_formed_id_on_a_known_network_has_a_link(network, txid, link):
    assert explorer_link(network, txid, DAY) == link


def test_a_page_of_later_days_is_not_named_before_them():
    assert explorer_link("base", f"0x{TXID}", date(2023, 7, 31)) is None


def test_the_packs_that_name_one_body_are_packs_of_ours():
    named = {name for name in packs() if body_of(name)}

    assert {"uk_disp", "au_rg271"} <= named
    assert body_of("default") is None


def test_the_letter_names_the_chains_page_to_whoever_proved_the_account_alone():
    told = decided(details={"network": "bitcoin", "txid": TXID})
    (letter,) = desk().told(verified(), told).letters("decision")
    (stranger,) = desk().told(told).letters("decision")

    assert f"https://mempool.space/tx/{TXID}\n" in render(letter).body
    assert render(letter).links == (f"https://mempool.space/tx/{TXID}",)
    assert TXID not in render(stranger).body


def test_a_detail_cannot_stand_in_for_a_fact_of_the_letter():
    told = decided(details={"explorer": "https://evil.example", "level": 3, "body": "us"})
    (letter,) = desk().told(verified(), told).letters("decision")

    assert letter.facts["explorer"] is letter.facts["body"] is None
    assert (letter.facts["level"], letter.facts["identity_level"]) == (1, 3)


def test_the_event_holds_the_hash_of_what_was_said():
    (letter,) = desk().letters("acknowledgement")
    text = render(letter)

    whole = f"{text.subject}\n\n{text.body}".encode()
    assert letter.sha256 == hashlib.sha256(whole).hexdigest()
    assert letter.sha256 != render(letter.model_copy(update={"reference": "RD-2"})).sha256
