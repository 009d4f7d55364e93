"""What of triage's commands the pages offer, to whom and when. Pure; the rules decide."""

from collections.abc import Mapping

from services.triage.clocks.running import parts_of
from services.triage.rules.assign import PEOPLE
from services.triage.state import TriageState
from shared.http.tokens import Principal
from shared.runner.staff import Offer, Offers


def assign(state: TriageState, who: Principal) -> list[Offer]:
    """Whoever works for the team at that level, but for those who must not have it."""
    fit = [
        (person.id, person.id)
        for person in PEOPLE
        if state.team in person.teams
        and person.level >= state.level
        and person.id not in {*state.barred, state.assignee}
    ]
    able = fit and state.merged_into is None
    return [Offer(choices={"assignee": fit})] if able and works(state, who) else []


def works(state: TriageState, _who: Principal) -> list[Offer]:
    """While there is something to do."""
    return [Offer()] if state.classified and not state.over else []


def extend(state: TriageState, who: Principal) -> list[Offer]:
    """The law's clocks that run and may have a later day."""
    running = {parts_of(n)[0] for n, clock in state.clocks.items() if clock.kind == "statutory"}
    chosen = [(name, name) for name in sorted(running)]
    return [Offer(choices={"clock": chosen})] if chosen and works(state, who) else []


def conflict(state: TriageState, who: Principal) -> list[Offer]:
    """Who has not declared one yet."""
    return [] if who.subject in state.conflicted else works(state, who)


def merge(state: TriageState, who: Principal) -> list[Offer]:
    """What may wait: no danger, no appeal, and nothing that others wait for."""
    free = not (state.merged_into or state.leads or state.emergency)
    waits = free and state.priority > "P1" and state.level == 1
    return works(state, who) if waits else []


def unmerge(state: TriageState, who: Principal) -> list[Offer]:
    """While it waits for another."""
    return works(state, who) if state.merged_into else []


def fix(state: TriageState, _who: Principal) -> list[Offer]:
    """Where the case belongs to a problem that is not fixed."""
    return [Offer()] if state.problem and not state.problem.fixed else []


OFFERS: Mapping[str, Offers] = {
    "assign": assign,
    "set-priority": works,
    "category": works,
    "extend": extend,
    "conflict": conflict,
    "merge": merge,
    "unmerge": unmerge,
    "fix-problem": fix,
}
