import time
from pathlib import Path

import pytest
import yaml

from services.intake.linking.rules import NUMBERS, joined, links
from services.intake.linking.texts import likeness, pairs, sketch
from tests.unit.linking.matters import ADDRESS, KEY, MIA, NOAH, TXID, link, reasons, traces

ANOTHER = "ab" * 32
TEXTS = yaml.safe_load(Path(__file__).with_name("texts.yaml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        ({"txid": TXID}, {"txid": TXID}, ("txid",)),
        ({"txid": TXID}, {"txid": f"0x{TXID.upper()}"}, ("txid",)),
        ({"txid": TXID}, {"text": f"it is {TXID}!"}, ("txid",)),
        ({"txid": TXID}, {"txid": ANOTHER}, ()),
        ({"text": f"{TXID} and {ANOTHER}"}, {"txid": ANOTHER}, ("txid",)),
        ({"order_id": "A-991"}, {"order_id": "a-991"}, ("order_id",)),
        (
            {"order_id": "20231122"},
            {"text": "订单号\uff12\uff10\uff12\uff13\uff11\uff11\uff12\uff12"},
            ("order_id",),
        ),
        ({"address": ADDRESS}, {"text": f"sent to {ADDRESS}"}, ("address",)),
        ({"address": ADDRESS}, {"text": f"sent to {ADDRESS.lower()}"}, ()),
        (
            {"address": ADDRESS, "txid": TXID},
            {"address": ADDRESS, "txid": TXID},
            ("txid", "address"),
        ),
        ({"address": ADDRESS, "txid": TXID}, {"address": ADDRESS, "txid": ANOTHER}, ()),
        ({"address": ADDRESS, "order_id": "1001"}, {"address": ADDRESS, "order_id": "1002"}, ()),
        ({"txid": TXID, "order_id": "1001"}, {"txid": TXID, "order_id": "1002"}, ("txid",)),
        ({"txid": "1001"}, {"order_id": "1001"}, ()),
        ({}, {}, ()),
    ],
)
def test_ids_link_in_any_spelling_and_a_different_one_is_another_matter(mine, theirs, expected):
    assert reasons(traces(**mine), traces(**theirs)) == expected
    assert reasons(traces(**theirs), traces(**mine)) == expected


@pytest.mark.parametrize("language", TEXTS)
def test_near_texts_link_in_every_language(language):
    text = TEXTS[language]
    one, again = traces(text["one"]), traces(text["again"])
    assert reasons(one, again) == ("near_text",)
    assert one.bands & again.bands
    assert reasons(one, traces(text["other"])) == ()


def test_what_both_say_word_for_word_links_also_where_one_has_no_contact():
    said = TEXTS["zh"]["one"]
    found = link(traces(said), traces(said, None))
    assert (found.reasons, found.people) == (("near_text",), "unknown-contact")


def test_texts_of_two_people_are_never_compared():
    said = TEXTS["en"]["one"]
    assert reasons(traces(said, MIA), traces(said, NOAH)) == ()


def test_a_short_text_is_like_too_many():
    assert reasons(traces("My deposit has not arrived"), traces("My deposit has not arrived")) == ()


@pytest.mark.parametrize(
    ("mine", "theirs", "people"),
    [
        (MIA, "Mia@Example.com ", "same-contact"),
        (MIA, NOAH, "different-contact"),
        (MIA, None, "unknown-contact"),
        (None, None, "unknown-contact"),
    ],
)
def test_a_link_says_whether_both_are_one_person(mine, theirs, people):
    assert link(traces(contact=mine, txid=TXID), traces(contact=theirs, txid=TXID)).people == people


@pytest.mark.parametrize(("days", "linked"), [(7, True), (7.01, False), (-7, True), (-7.01, False)])
def test_only_complaints_of_the_same_days_link(days, linked):
    assert bool(reasons(traces(txid=TXID), traces(txid=TXID, days=days))) is linked


def test_what_so_many_share_says_nothing():
    crowd = {str(n): traces(address=ADDRESS) for n in range(NUMBERS.common_above + 1)}
    assert links(traces(address=ADDRESS), crowd) == ()
    crowd.popitem()
    assert len(links(traces(address=ADDRESS), crowd)) == NUMBERS.most_links


def test_the_best_founded_links_come_first_and_are_few():
    crowd = {str(n): traces(txid=TXID, order_id=str(n)) for n in range(9)}
    best = traces(txid=TXID, order_id="7001")
    found = links(best, {**crowd, "best": traces(txid=TXID, order_id="7001")})
    assert found[0].other == "best"


def test_what_was_added_is_found_beside_what_was_there():
    both = joined(traces(TEXTS["en"]["one"], txid=TXID), traces(order_id="7001", days=1))
    assert reasons(both, traces(txid=TXID)) == ("txid",)
    assert reasons(both, traces(order_id="7001")) == ("order_id",)
    assert reasons(both, traces(TEXTS["en"]["again"])) == ("near_text",)
    assert both.contact
    assert len(joined(both, both).sketches) == 1


def test_traces_hold_nothing_that_could_be_read_or_guessed():
    mine = traces(f"my order 991 and {TXID}", address=ADDRESS)
    kept = repr(mine)
    assert not any(word in kept for word in (TXID, ADDRESS, MIA, "991"))
    assert not any(mark in kept for mark in traces(address=ADDRESS, key=b"z" * 32).ids)


def test_likeness_is_the_share_of_common_pairs():
    words = [f"word{n}" for n in range(400)]
    whole = pairs(" ".join(words), 4000)
    half = pairs(" ".join(words[200:] + [f"other{n}" for n in range(200)]), 4000)
    exact = len(whole & half) / len(whole | half)
    assert abs(likeness(sketch(whole, KEY), sketch(half, KEY)) - exact) < 0.2
    assert likeness(sketch(whole, KEY), sketch(whole, KEY)) == 1


def test_a_hostile_text_is_drawn_in_no_time():
    text = "a1" * 10_000 + "字" * 10_000 + " x" * 10_000 + ADDRESS * 500
    started = time.perf_counter()
    traces(text)
    assert time.perf_counter() - started < 1
