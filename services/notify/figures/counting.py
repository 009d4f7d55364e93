"""Counts what a batch told, once: a record that was applied before is in no batch again.

The labels are looked up in `notify_history`, for a whole batch at once. What has not been read
yet, since sources may overtake each other, is labelled `other`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from services.notify.board.places import MILESTONES
from services.notify.figures.story import Story, story
from services.notify.history import CORRECTIONS
from shared.events.intake import ComplaintReceived
from shared.events.notify import LetterRequested
from shared.events.resolution import DecisionMade, EffectVerified, RatingNoted
from shared.figures import (
    ACKNOWLEDGED,
    DECIDED,
    FIRST_RESPONSE,
    FROZEN,
    RATING,
    RECEIVED,
    RESOLUTION,
    STAGE_TIME,
    known_channel,
)
from shared.runner.away import away
from shared.runner.folded import Folded

if TYPE_CHECKING:
    from shared.runner.counting import Figures
    from shared.runner.wiring import Wiring

NO_ANSWER = frozenset({"acknowledgement", "assigned", "still_open"})
WARNING = "secrets:"
# A person's freeze has the command's id behind the day: nobody waited for it since the receipt.
EMERGENCY = re.compile(r"freeze\|.+\|\d{4}-\d\d-\d\d(\|verified)?")
SHOWN = {"complaint": 1, "type": 1, "time": 1, "value": 1}


@dataclass
class News:
    """What of one complaint is to be counted; `answered` is when it got its first answer.

    `frozen` is when the freeze that its emergency asked for was read back.
    """

    answered: datetime | None = None
    frozen: datetime | None = None
    decided: list[int] = field(default_factory=list)
    ratings: list[RatingNoted] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.answered or self.frozen or self.decided or self.ratings)


def figures(wiring: Wiring) -> Figures:
    """What the runner calls with each batch that was written."""
    rows = wiring.database["notify_history"]

    async def counting(settled: Sequence[Folded]) -> None:
        news = {r.document.id: found for r in settled if (found := news_of(r))}
        stories = await _stories(rows, list(news)) if news else {}
        for result in settled:
            _received(result)
        for complaint, found in news.items():
            count(found, stories.get(complaint, Story()))

    return counting


async def _stories(rows: Any, complaints: Sequence[str]) -> dict[str, Story]:
    with away():
        found = await rows.find(wanted(complaints), SHOWN).to_list(None)
    own: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in found:
        own[row["complaint"]].append(row)
    return {complaint: story(some) for complaint, some in own.items()}


def wanted(complaints: Sequence[str]) -> dict[str, Any]:
    """The filter of what a story is told by: two, since an index serves only all of its types."""
    of = {"complaint": {"$in": list(complaints)}}
    return {"$or": [{**of, "type": {"$in": list(kinds)}} for kinds in (MILESTONES, CORRECTIONS)]}


def _received(result: Folded) -> None:
    for it in result.applied:
        if isinstance(it.envelope.data, ComplaintReceived):
            facts = it.envelope.data.facts
            channel = known_channel(facts.channel)
            RECEIVED.labels(channel).inc()
            if written := _acknowledged(result):
                waited = (written - facts.received_at).total_seconds()
                ACKNOWLEDGED.labels(channel).observe(max(waited, 0.0))


def _acknowledged(result: Folded) -> datetime | None:
    written = (o.envelope for o in result.fresh if o.envelope)
    letters = (e for e in written if isinstance(e.data, LetterRequested))
    return next((e.time for e in letters if e.data.kind == "acknowledgement"), None)


def news_of(result: Folded) -> News:
    """What of a complaint's records is counted with the help of its story."""
    news = News(answered=_first_answer(result))
    for it in result.applied:
        if isinstance(it.envelope.data, DecisionMade):
            news.decided.append(it.envelope.data.level)
        elif isinstance(it.envelope.data, RatingNoted):
            news.ratings.append(it.envelope.data)
        elif isinstance(it.envelope.data, EffectVerified):
            emergency = EMERGENCY.fullmatch(it.envelope.data.key)
            news.frozen = it.envelope.time if emergency else news.frozen
    return news


def _first_answer(result: Folded) -> datetime | None:
    told = (about for about in result.document.state.told if is_answer(about))
    first = next(told, None)
    for output in result.fresh:
        data = output.envelope and output.envelope.data
        if output.envelope and isinstance(data, LetterRequested) and data.about == first:
            return output.envelope.time
    return None


def is_answer(about: str) -> bool:
    """Whether a letter speaks of the matter; a receipt or a promise does not."""
    return about not in NO_ANSWER and not about.startswith(WARNING)


def count(news: News, known: Story) -> None:
    """Count one complaint's news."""
    received = known.received_at
    if news.answered and received:
        waited = (news.answered - received).total_seconds()
        FIRST_RESPONSE.labels(*known.labels()).observe(max(waited, 0.0))
    if news.frozen and received:
        FROZEN.observe(max((news.frozen - received).total_seconds(), 0.0))
    for level in news.decided:
        _decided(level, known, received)
    for rating in news.ratings:
        level = known.level_of(rating.decision_id)
        RATING.labels(*known.labels(level), known.team(level)).observe(rating.score)


def _decided(level: int, known: Story, received: datetime | None) -> None:
    labels = known.labels(level)
    DECIDED.labels(*labels, known.by(level)).inc()
    for stage, seconds in known.stages(level):
        STAGE_TIME.labels(stage, labels[0]).observe(seconds)
    at = known.times.get((DecisionMade.event_type, level))
    if level == 1 and received and at:
        RESOLUTION.labels(*labels).observe(max((at - received).total_seconds(), 0.0))
