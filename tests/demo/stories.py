"""The three cases that articles on support like to tell, as they went here, from the log alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from shared.envelope import Envelope
from tests.demo.watch import Track

TOLD = {
    "u-2002": "A deposit that did not arrive",
    "u-2001": "A stolen account",
    "u-2006": "A disputed liquidation",
}
Tell = Callable[[Any], str | None]


def _found(data: Any) -> str:
    shown = ("confirmations", "required", "amount_onchain", "score", "signals")
    shown += ("liquidation_price", "fill_price", "mark_crossed_at")
    numbers = [f"{name} {data.details[name]}" for name in shown if name in data.details]
    return f"found: {data.finding}" + (f" ({', '.join(numbers)})" if numbers else "")


def _asked(data: Any) -> str:
    what = " ".join(str(part) for part in (data.amount, data.asset) if part is not None)
    return f"asked the exchange: {data.action} {what or ', '.join(data.scope) or data.reference}"


def _proposed(data: Any) -> str:
    paid = (r for r in data.remedies)
    what = [f"{r.code} {r.amount} {r.asset}" if r.amount is not None else r.code for r in paid]
    return f"proposed by {data.proposed_by}: {data.outcome}, {', '.join(what)}"


TELL: dict[str, Tell] = {
    "complaint-received": lambda data: f"received by {data.facts.channel}",
    "case-classified": lambda data: f"read as {data.category}, {data.priority}, {data.language}",
    "case-assigned": lambda data: f"given to {data.assignee}",
    "evidence-added": lambda data: f"evidence: {data.evidence.source}",
    "finding-recorded": _found,
    "cause-determined": lambda data: f"cause: {data.cause}, by {data.decided_by}",
    "remedy-proposed": _proposed,
    "approval-given": lambda data: f"approved by {data.staff}, {data.given} of {data.needed}",
    "effect-requested": _asked,
    "effect-verified": lambda data: f"read back: {data.action} is done",
    "effect-failed": lambda data: f"refused: {data.action}, {data.problem}",
    "decision-made": lambda data: f"decided: {data.outcome}, {data.finding}",
    "letter-sent": lambda data: f"letter: {data.kind}",
    "decision-confirmed": lambda data: f"accepted by {data.by}",
    "case-closed": lambda data: f"closed: {data.outcome}",
}


def story(title: str, reference: str, track: Track) -> Iterator[str]:
    """The lines of one story: seconds since it was received, who, what; each once."""
    events = sorted(track.events, key=lambda event: event.time)
    start = events[0].time
    yield f"{title} ({reference})"
    seen: set[str] = set()
    for event in events:
        line = _line(event)
        if line and line not in seen:
            seen.add(line)
            yield f"  {(event.time - start).total_seconds():6.1f} s  {line}"


def _line(event: Envelope) -> str | None:
    name = event.type.removeprefix("redress.").removesuffix(".v1")
    told = TELL[name](event.data) if name in TELL else None
    return told and f"{event.source.removeprefix('/redress/'):13}  {told}"
