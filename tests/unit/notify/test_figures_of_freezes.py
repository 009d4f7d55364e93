"""How soon an emergency's account was frozen; what a person froze later is no answer to it."""

import pytest
from prometheus_client import REGISTRY

from services.notify.figures.counting import count, news_of
from services.notify.figures.story import story
from services.notify.state import NotifyState
from shared.envelope import make
from shared.events.resolution import EffectVerified
from shared.runner.folded import Folded, Incoming
from shared.runner.ports import Document, Trigger
from shared.testing.builders import COMPLAINT, an_example
from tests.unit.notify.test_figures import minutes, whole


def timed(name, **labels):
    return REGISTRY.get_sample_value(f"redress_frozen_seconds_{name}", labels) or 0


@pytest.mark.parametrize(
    ("key", "frozen"),
    [
        ("freeze|u-1|2026-11-22", 1),
        ("freeze|u-1|2026-11-22|verified", 1),
        ("freeze|u-1|2026-11-22|0a0a0a0a-0000-4000-8000-00000000c0de", 0),
        ("credit|bitcoin|ab|0", 0),
    ],
)
def test_an_emergencys_freeze_is_timed_from_the_receipt_a_persons_is_not(key, frozen):
    before, in_time = timed("count"), timed("bucket", le="60.0")
    verified = an_example(EffectVerified).model_copy(update={"key": key})
    told = {"id": "id", "stage": "resolution", "complaint": COMPLAINT, "lane": "express"}
    envelope = make(verified, time=minutes(2), **told)
    applied = [Incoming(envelope, b"", Trigger("g", "t", 0, 0))]
    news = news_of(Folded(Document(COMPLAINT, NotifyState()), "", applied=applied))
    count(news, story(whole()))

    assert timed("count") - before == frozen
    assert timed("bucket", le="60.0") == in_time
