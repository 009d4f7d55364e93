"""A word after the end is lost nowhere: it opens one complaint, linked, and thanks open none."""

import httpx
import pytest

from tests.e2e.stories import GOING_ON

pytestmark = pytest.mark.timeout(200)
MORE = {"text": "Look again: the liquidation price was wrong."}


async def test_what_is_written_after_the_end_goes_on_as_one_new_complaint(running):
    (made,) = await running.submit([GOING_ON])
    track, people = running.watch.tracks[made.id], running.people
    await people.tell(made, "withdraw", {"reason": "changed my mind"})
    await running.watch.until(lambda: track.of("case-closed"))

    for text in ("Thank you!", MORE["text"], "And the fee too."):
        await people.tell(made, "messages", {"text": text})
    await running.watch.until(lambda: len(track.of("message-arrived")) == 2)
    first, second = (event.data for event in track.of("message-moved"))
    new = running.watch.tracks[first.into]
    await running.watch.until(lambda: new.of("message-received") and new.of("letter-sent"))
    received = new.last("complaint-received").facts

    assert (first.opens, second.opens, second.into) == (True, False, first.into)
    assert (received.follows, received.reference) == (made.id, first.reference)
    assert received.received_at == first.word.received_at
    assert received.followed_since == track.last("complaint-received").facts.received_at
    assert [e.data.link.other for e in new.of("complaint-linked")] == [made.id]
    assert [e for e in track.of("letter-requested") if e.data.kind == "continued"]

    async with httpx.AsyncClient(base_url=running.stack.pages, timeout=30) as http:
        view = (await http.get(f"/v1/complaints/{made.id}?token={made.token}")).json()
        page = await http.get(view["continued_url"])
    assert first.reference in page.text
