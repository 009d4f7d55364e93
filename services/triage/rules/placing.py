"""Who takes a case: the least loaded of those who fit, counted case by case."""

from collections.abc import MutableMapping

from services.triage.rules.assign import PEOPLE, choose
from services.triage.state import TriageState

NEVER_WAITS = frozenset({"P1", "P2"})


def place(state: TriageState, load: MutableMapping[str, int], capacity: int) -> str | None:
    """The person for this case, who then counts as having one more; None while nobody is free.

    Where money is at stake a case never waits for capacity: the least loaded takes it as well.
    """
    full = frozenset() if state.priority in NEVER_WAITS else _full(load, capacity)
    found = choose(
        PEOPLE,
        team=state.team,
        language=state.language,
        load=load,
        excluded=state.excluded | full,
        level=state.level,
    )
    if found is not None:
        load[found] = load.get(found, 0) + 1
    return found


def _full(load: MutableMapping[str, int], capacity: int) -> frozenset[str]:
    return frozenset(who for who, cases in load.items() if cases >= capacity)
