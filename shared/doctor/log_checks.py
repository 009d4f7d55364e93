"""What the log's facts mean. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from shared.doctor.finding import Finding, ill, well
from shared.doctor.log_facts import LogFacts
from shared.pipeline import CHECKPOINTS, LANES, ROWS, topics

LONGEST_UNREAD = timedelta(minutes=5)
MOST_NAMED = 3


def of_topics(facts: LogFacts, recorded: int | None) -> Iterator[Finding]:
    """Missing and unknown ones, partition counts, and records that Kafka would delete."""
    there = facts.partitions
    wanted = topics()
    missing = [name for name in [*wanted, CHECKPOINTS] if name not in there]
    if missing:
        said = f"{len(missing)} topics are missing: {listed(missing)}"
        yield ill("topics", said, "redress topics create")
    count = recorded or max((there[name] for name in wanted if name in there), default=0)
    wrong = [name for name in wanted if there.get(name, count) != count]
    if wrong:
        said = f"{len(wrong)} topics do not have {count} partitions: {listed(wrong)}"
        yield ill("partitions", said, MORE_PARTITIONS)
    if strange := sorted(there.keys() - {*wanted, CHECKPOINTS}):
        said = f"{len(strange)} topics that no stage knows: {listed(strange)}"
        yield ill("unknown topics", said, UNKNOWN)
    if facts.forgetful:
        said = f"Kafka deletes records of {len(facts.forgetful)} topics: {listed(facts.forgetful)}"
        yield ill("retention", said, KEEP)
    if not (missing or wrong or strange or facts.forgetful):
        yield well("topics", f"{len(there)} topics, {count} partitions each, kept for ever")


MORE_PARTITIONS = (
    "stop the services; give every topic the same count (kafka-topics.sh --alter can only add), "
    "with every lag at 0; until then consumers stay stopped"
)
UNKNOWN = (
    "see who made them; a release that was rolled back leaves its topics: read them with that "
    "release, then delete them"
)
KEEP = (
    "set cleanup.policy=delete, retention.ms=-1 and retention.bytes=-1 on them, at once: "
    "the log is what auditors read"
)


def of_groups(facts: LogFacts, now: datetime) -> Iterator[Finding]:
    """Whether every stage and lane is read, and how long its oldest record waits."""
    stages = {row.group(lane): (row, lane) for row in ROWS for lane in LANES}
    ills = []
    for name, group in facts.groups.items():
        row, lane = stages[name]
        serve = f"redress serve {row.service if lane == 'normal' else 'all'} --lane {lane}"
        waits = now - group.waits_since if group.waits_since else timedelta()
        if not group.members:
            said = f"nobody reads for {row.name}, {lane} lane; {group.unread} records wait"
            ills.append(ill("consumers", said, f"start: {serve}"))
        elif waits > LONGEST_UNREAD:
            behind = f"{name} is {group.unread} records behind"
            said = f"{behind}; the oldest waits for over {spoken(waits)}"
            ills.append(ill("lag", said, f"look at its /readyz and log; more of: {serve}"))
    yield from ills
    if not ills:
        unread = sum(group.unread for group in facts.groups.values())
        yield well("consumers", f"{len(facts.groups)} groups are read; {unread} records wait")


def listed(names: Sequence[str]) -> str:
    """The first of them."""
    return ", ".join(names[:MOST_NAMED]) + (", …" if len(names) > MOST_NAMED else "")


def spoken(span: timedelta) -> str:
    """A duration for people, in its largest unit."""
    seconds = abs(int(span.total_seconds()))
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
