"""The figures of a period, from the stories of all complaints. Pure.

Who belongs to a period is told by the thing counted: complaints by their receipt, decisions,
payments, appeals, ratings and clocks by their own time.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from math import ceil

from shared.events.resolution import DecisionMade
from shared.report.period import Period
from shared.report.story import Counted, Story
from shared.report.suppression import SMALL, Cells, shown, suppressed

STEPS = ("received", "acknowledged", "classified", "assigned", "proposed", "decided", "closed")
OVERTURNED = frozenset({"upheld", "partly_upheld"})
FREQUENT, WITHIN = 10, timedelta(days=30)
LOW = frozenset({"1", "2"})
WHOLE = "receipt to decision"
SHARES = (("median", 0.5), ("p95", 0.95))


@dataclass(frozen=True)
class Figures:
    """What a report says: counts by table, None where a cell is too small to be shown.

    `steps` are seconds from one step to the next; `redress` sums by action and asset.
    """

    period: str
    totals: Cells
    tables: dict[str, Cells]
    steps: dict[str, dict[str, int | None]]
    redress: dict[str, str | None]
    frequent: tuple[str, ...] = ()
    policies: tuple[str, ...] = field(default=())


def figures(stories: Sequence[Story], period: Period, small: int = SMALL) -> Figures:
    """The figures of a period; cells under `small` are left out."""
    received = [s for s in stories if "received" in s.steps and period.holds(s.steps["received"])]
    totals, tables = _totals(stories, received, period), _tables(stories, received, period)
    return Figures(
        period=period.name,
        totals={name: shown(count, small) for name, count in totals.items()},
        tables={name: suppressed(counts, small) for name, counts in tables.items()},
        steps=_steps(received, small),
        redress=_redress(stories, period, small),
        frequent=_frequent(stories, period),
        policies=tuple(sorted({version for s in stories for version in s.policies})),
    )


def _decided(stories: Iterable[Story], period: Period) -> list[DecisionMade]:
    return [d for s in stories for at, d in s.decisions if period.holds(at)]


def _totals(stories: Sequence[Story], received: Sequence[Story], period: Period) -> dict[str, int]:
    decided = _decided(stories, period)
    return {
        "received": len(received),
        "decided": len(decided),
        "appeals": sum(period.holds(at) for s in stories for at in s.appeals),
        "appeals overturned": sum(d.level > 1 and d.outcome in OVERTURNED for d in decided),
        "problems mended": len({f.label for s in stories for f in s.fixes if period.holds(f.at)}),
    }


def _tables(
    stories: Sequence[Story], received: Sequence[Story], period: Period
) -> dict[str, Mapping[str, int]]:
    decided = _decided(stories, period)
    unhappy = [story for story in stories if _dissatisfied(story, period)]
    return {
        "channels": Counter(s.channel for s in received),
        "categories": Counter(s.category for s in received),
        "outcomes": Counter(d.outcome for d in decided),
        "causes": Counter(d.cause for d in decided),
        "findings": Counter(d.finding for d in decided),
        "clocks kept": _within(period, (c for s in stories for c in s.clocks)),
        "clocks broken": _within(period, (c for s in stories for c in s.breaches)),
        "ratings": _within(period, (r for s in stories for r in s.ratings)),
        "dissatisfied, by category": Counter(s.category for s in unhappy),
        "dissatisfied, by words": Counter(word for s in unhappy for word in s.words),
    }


def _within(period: Period, things: Iterable[Counted]) -> Counter[str]:
    return Counter(thing.label for thing in things if period.holds(thing.at))


def _dissatisfied(story: Story, period: Period) -> bool:
    """Whether there was a low rating, or a no to the decision."""
    return any(map(period.holds, story.dissatisfied)) or any(
        r.label in LOW and period.holds(r.at) for r in story.ratings
    )


def _steps(received: Iterable[Story], small: int) -> dict[str, dict[str, int | None]]:
    """Median and 95th percentile, nearest rank, in whole seconds; None for a few."""
    took: dict[str, list[float]] = defaultdict(list)
    for story in received:
        reached = [(name, story.steps[name]) for name in STEPS if name in story.steps]
        for (before, since), (after, at) in pairwise(reached):
            took[f"{before} to {after}"].append((at - since).total_seconds())
        if "decided" in story.steps:
            since = story.steps["received"]
            took[WHOLE].append((story.steps["decided"] - since).total_seconds())
    return {
        step: {name: _rank(sorted(seconds), share, small) for name, share in SHARES}
        for step, seconds in sorted(took.items())
    }


def _rank(ordered: Sequence[float], share: float, small: int) -> int | None:
    if len(ordered) < small:
        return None
    return round(ordered[ceil(share * len(ordered)) - 1])


def _redress(stories: Iterable[Story], period: Period, small: int) -> dict[str, str | None]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    counts: Counter[str] = Counter()
    for payment in (p for s in stories for p in s.payments if period.holds(p.at)):
        label = f"{payment.action} {payment.asset}"
        sums[label] += payment.amount
        counts[label] += 1
    return {
        label: f"{total.normalize():f}" if counts[label] >= small else None
        for label, total in sorted(sums.items())
    }


def _frequent(stories: Iterable[Story], period: Period) -> tuple[str, ...]:
    """The findings that an article may answer: so many cases in the period's last 30 days."""
    since = max(period.start, period.end - WITHIN)
    last = Period(period.name, since, period.end)
    counts = Counter(d.finding for s in stories for at, d in s.decisions if last.holds(at))
    return tuple(sorted(finding for finding, count in counts.items() if count >= FREQUENT))
