"""The order of the leaves follows from the log alone, however it is fetched."""

import random

import pytest

from shared.audit.leaves import Record
from shared.audit.ledger.merging import Merging


def log_of(seed):
    chance = random.Random(seed)  # noqa: S311 - a test's log
    return {
        ("t", p): [
            Record("t", p, offset, chance.randrange(50), None, b"", ())
            for offset in range(chance.randrange(1, 40))
        ]
        for p in range(4)
    }


def merged(log, chance):
    """Fetch in any portions, take in any portions."""
    merging, at, found = Merging({place: len(rows) for place, rows in log.items()}), {}, []
    while merging.left:
        found += merging.take(chance.randrange(1, 9))
        for place in merging.wanted:
            begin = at.get(place, 0)
            at[place] = min(len(log[place]), begin + chance.randrange(4))
            merging.add(place, log[place][begin : at[place]], at[place])
    return found


@pytest.mark.parametrize("seed", range(20))
def test_every_way_to_fetch_gives_one_order(seed):
    log = log_of(seed)
    runs = [merged(log, random.Random(way)) for way in range(3)]  # noqa: S311 - as above

    assert runs[0] == runs[1] == runs[2]
    assert len(runs[0]) == sum(map(len, log.values()))
    for place, rows in log.items():
        assert [record for record in runs[0] if (record.topic, record.partition) == place] == rows


def test_what_is_older_goes_first():
    early, late = (Record("t", p, 0, 10 - p, None, b"", ()) for p in (1, 0))
    merging = Merging({("t", 0): 1, ("t", 1): 1})
    merging.add(("t", 0), [late], 1)
    assert merging.take(5) == []
    merging.add(("t", 1), [early], 1)
    assert merging.take(5) == [early, late]
    assert not merging.left


def test_what_came_after_the_end_is_not_lost():
    rows = [Record("t", 0, offset, 1, None, b"", ()) for offset in range(3)]
    merging = Merging({("t", 0): 2})
    merging.add(("t", 0), rows, 3)
    assert merging.take(9) == rows


def test_a_partition_whose_end_is_no_record_ends_too():
    merging = Merging({("t", 0): 2})
    merging.add(("t", 0), [], 2)
    assert not merging.left
