"""Merging: one case waits for another, which hears of it; taken back, nothing else is changed."""

from __future__ import annotations

from collections.abc import Mapping

from services.triage.merging.rules import against_merge, against_unmerge, fits
from services.triage.state import TriageState
from services.triage.taking.decide import given, kept
from shared.decider import Context, DecideRule
from shared.events.base import Event, Input
from shared.events.triage import (
    CaseJoined,
    CaseMerged,
    CaseParted,
    CaseUnmerged,
    LeadingEnded,
    MergeInformed,
    MergeNoticed,
    MergeRefused,
    MergeSubmitted,
    MergeTold,
    UnmergeNoticed,
    UnmergeSubmitted,
)

WITH_LEADING, NO_SUCH = "leading-case", "no-such-case"


def on_merge(state: TriageState, data: MergeSubmitted, context: Context) -> list[Event]:
    """A person lets the case wait for another."""
    if rule := against_merge(state, data, context.complaint):
        return [MergeRefused(rule=rule, input_id=context.cause, staff=data.staff)]
    merged = CaseMerged(into=data.into, reason=data.reason, staff=data.staff)
    return [*kept(state, data.staff), merged]


def on_unmerge(state: TriageState, data: UnmergeSubmitted, context: Context) -> list[Event]:
    """A person takes it back."""
    if rule := against_unmerge(state, data):
        return [MergeRefused(rule=rule, input_id=context.cause, staff=data.staff)]
    return [CaseUnmerged(into=str(state.merged_into), reason=data.reason, staff=data.staff)]


def on_merge_noticed(state: TriageState, data: MergeNoticed, context: Context) -> list[Event]:
    """Another waits for this one."""
    joined = CaseJoined(other=data.other, staff=data.staff)
    return [] if data.other in state.leads else [joined]


def on_unmerge_noticed(state: TriageState, data: UnmergeNoticed, context: Context) -> list[Event]:
    """It does no more."""
    return [CaseParted(other=data.other)] if data.other in state.leads else []


def on_leading_ended(state: TriageState, data: LeadingEnded, context: Context) -> list[Event]:
    """The leading case is answered: who answered it answers this one, where nobody had it."""
    if state.merged_into != data.leading:
        return []
    back = CaseUnmerged(into=data.leading, reason=data.reason, noticed=True)
    if data.assignee and fits(state, data.assignee):
        return [back, *given(state, data.assignee, WITH_LEADING, context)]
    return [back]


def on_informed(state: TriageState, data: MergeInformed, context: Context) -> list[Event]:
    """The other knows; what waits for a case that there is not goes on."""
    to = state.due[data.key].arguments["to"]
    alone = to is not None and not data.known and state.merged_into == to
    back = [CaseUnmerged(into=to, reason=NO_SUCH, noticed=True)] if alone and to else []
    return [*back, MergeTold(key=data.key)]


DECIDE: Mapping[type[Event | Input], DecideRule] = {
    MergeSubmitted: on_merge,
    UnmergeSubmitted: on_unmerge,
    MergeNoticed: on_merge_noticed,
    UnmergeNoticed: on_unmerge_noticed,
    LeadingEnded: on_leading_ended,
    MergeInformed: on_informed,
}
