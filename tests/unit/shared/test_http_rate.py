from contextlib import nullcontext

import pytest
from starlette.requests import Request

from shared.http.errors import ProblemError
from shared.http.rate import CALLERS, Rate


def test_a_burst_is_served_and_the_next_call_waits():
    rate = Rate(per_s=2, burst=3)
    for _ in range(3):
        rate.check("a", 0.0)
    with pytest.raises(ProblemError) as caught:
        rate.check("a", 0.0)
    assert caught.value.status_code == 429
    assert int(caught.value.headers["Retry-After"]) >= 1


def test_waiting_fills_the_bucket_again_but_never_beyond_the_burst():
    rate = Rate(per_s=2, burst=3)
    for _ in range(3):
        rate.check("a", 0.0)
    rate.check("a", 0.5)
    for _ in range(3):
        rate.check("a", 1000.0)
    with pytest.raises(ProblemError):
        rate.check("a", 1000.0)


def test_one_caller_does_not_use_up_anothers_calls():
    rate = Rate(per_s=1, burst=1)
    rate.check("a", 0.0)
    rate.check("b", 0.0)
    with pytest.raises(ProblemError):
        rate.check("a", 0.0)


def test_a_refused_call_costs_nothing():
    rate = Rate(per_s=1, burst=1)
    rate.check("a", 0.0)
    for _ in range(5):
        with pytest.raises(ProblemError):
            rate.check("a", 0.0)
    rate.check("a", 1.0)


def test_silent_callers_are_forgotten():
    rate = Rate(per_s=1, burst=1)
    for number in range(CALLERS + 10):
        rate.check(str(number), 0.0)
    assert len(rate._buckets) == CALLERS  # noqa: SLF001 - memory is the promise


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        ("2001:db8::1", "2001:db8::2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("203.0.113.1", "::ffff:203.0.113.1", True),
        ("203.0.113.1", "203.0.113.2", False),
        (None, None, True),
    ],
)
def test_the_addresses_of_one_line_are_one_caller(first, second, together):
    rate = Rate(per_s=0.001, burst=1)
    rate.count(request(first))
    with pytest.raises(ProblemError) if together else nullcontext():
        rate.count(request(second))


def request(address):
    return Request({"type": "http", "client": (address, 4711) if address else None})
