"""Investigation's look at its other cases: what the newest with the same finding got."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from shared.events.investigation import Precedent, PrecedentRead
from shared.runner.away import away
from shared.runner.due import Claim

SAME_FINDING = ("state.stands.about", "state.stands.at", "state.stands.answer", "_id")
MOST_READ = 100  # the newest cases with the same finding: practice is what was done lately
MOST_TOLD = 5


async def read_precedents(collection: Any, claims: Sequence[Claim]) -> list[PrecedentRead]:
    """What others with the same finding got; each finding of a batch is asked about once.

    The look goes by an index alone. Raises TransientError while MongoDB is away.
    """
    abouts = {str(claim.item.arguments["about"]) for claim in claims}
    found = {about: await _newest(collection, about) for about in sorted(abouts)}
    return [_result(claim, found[str(claim.item.arguments["about"])]) for claim in claims]


def _result(claim: Claim, rows: Sequence[Mapping[str, str]]) -> PrecedentRead:
    """A case is no precedent for itself."""
    answers = Counter(row["answer"] for row in rows if row["id"] != claim.complaint)
    practice = tuple(Precedent(answer=a, cases=n) for a, n in answers.most_common(MOST_TOLD))
    return PrecedentRead(key=claim.item.key, put_by=claim.item.event, practice=practice)


async def _newest(collection: Any, about: str) -> list[dict[str, str]]:
    fields = {"state.stands.answer": 1}
    with away():
        rows = await collection.find(
            {"state.stands.about": about}, fields, sort=[("state.stands.at", -1)], limit=MOST_READ
        ).to_list(None)
    return [{"id": row["_id"], "answer": row["state"]["stands"]["answer"]} for row in rows]
