"""Records and segments: every byte comes back, and what is cut is seen."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.audit import leaves
from shared.audit.leaves import BadRecordError, Record

BYTES = st.none() | st.binary(max_size=40)
RECORDS = st.builds(
    Record,
    topic=st.text("abc.-", min_size=1, max_size=30),
    partition=st.integers(0, 2**32 - 1),
    offset=st.integers(0, 2**64 - 1),
    timestamp=st.integers(0, 2**64 - 1),
    key=BYTES,
    value=BYTES,
    headers=st.lists(st.tuples(st.text(max_size=10), BYTES), max_size=3).map(tuple),
)
ONE = Record("complaints.intake.events", 1, 2, 3, b"k", None, (("ce_id", b"v"), ("none", None)))


@given(RECORDS)
def test_a_record_comes_back_whole(record: Record) -> None:
    assert leaves.decode(leaves.encode(record)) == record


@given(RECORDS, st.data())
def test_a_cut_or_longer_record_is_none(record: Record, data: st.DataObject) -> None:
    raw = leaves.encode(record)
    for wrong in (raw[: data.draw(st.integers(0, len(raw) - 1))], raw + b"\x00"):
        with pytest.raises(BadRecordError):
            leaves.decode(wrong)


@given(st.lists(st.binary(max_size=50), max_size=8))
def test_a_segment_gives_its_records_one_by_one_and_by_number(raws: list[bytes]) -> None:
    segment, index = BytesIO(leaves.framed(raws)), BytesIO(leaves.places(raws))
    assert list(leaves.records(segment)) == raws
    for number, raw in enumerate(raws):
        assert leaves.record_at(segment, index, number) == raw
    with pytest.raises(BadRecordError):
        leaves.record_at(segment, index, len(raws))


def test_a_segment_cut_inside_a_record_is_seen() -> None:
    whole = leaves.framed([leaves.encode(ONE)])
    for cut in range(1, len(whole)):
        with pytest.raises(BadRecordError):
            list(leaves.records(BytesIO(whole[:cut])))


def test_the_format_is_the_written_one() -> None:
    raw = leaves.encode(ONE)
    assert raw[:2] == b"\x00\x18"
    assert raw[2:26] == b"complaints.intake.events"
    assert raw[26:46] == b"\x00\x00\x00\x01" + bytes(7) + b"\x02" + bytes(7) + b"\x03"
    assert raw[46:55] == b"\x00\x00\x00\x01k" + b"\xff\xff\xff\xff"
    assert raw[55:68] == b"\x00\x00\x00\x02\x00\x00\x00\x05ce_id"
