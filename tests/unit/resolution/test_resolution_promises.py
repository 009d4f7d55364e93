"""What holds in every order of inputs, however often each comes."""

from collections import Counter, defaultdict
from datetime import timedelta
from decimal import Decimal
from functools import reduce

from hypothesis import given, settings
from hypothesis import strategies as st

from services.resolution.decide import DECIDER
from services.resolution.rules.approvals import limit_of
from services.resolution.state import ResolutionState
from shared.envelope import event_id, make, read, write
from shared.events.base import Remedy
from shared.events.personal import DataKey
from shared.events.resolution import EffectCarriedOut
from shared.sealed import seal
from shared.testing.scenario import COMPLAINT, START
from tests.unit.resolution.builders import (
    CREDIT,
    DELAY,
    a_case,
    appealed,
    applied,
    approve,
    breached,
    classified,
    compensate,
    confirmed,
    credit,
    escalated,
    freeze,
    kinds,
    known,
    proposal,
    rated,
    unfreeze,
    unproved,
    withdrawn,
)

PEOPLE = ("sup-1", "sup-2", "sup-3", "expert-1")
PROPOSALS = (
    proposal(credit(), compensate()),
    proposal(credit("0.7"), proposal_id="p-2", proposed_by="expert-1"),
    proposal(credit("0.7"), compensate("0.8"), proposal_id="p-3", level=2, proposed_by="sup-3"),
    proposal(credit("0.2"), proposal_id="p-4", level=2),
    proposal(Remedy(code="freeze"), Remedy(code="unfreeze"), proposal_id="p-5"),
    proposal(credit(thing=None), proposal_id="p-6"),
    proposal(proposal_id="p-7"),
    proposal(proposal_id="p-8", level=2, outcome="rejected"),
)
FACTS = (
    classified(),
    classified(priority="P1"),
    breached(),
    escalated(identity="L0"),
    escalated(identity="L1"),
    escalated(None),
    freeze(),
    known("L1"),
    known("L3"),
)
PROBLEMS = ("already_credited", "unknown_account")


# Weighted so that most cases come far: results and approvals often, a withdrawal seldom.
KINDS = (
    *("propose", "result", "result", "result", "approve", "approve", "approve", "say"),
    *("propose", "result", "result", "result", "approve", "approve", "approve", "say"),
    *("fact", "fact", "unfreeze", "again", "again", "wait", "withdraw"),
)
STEPS = st.tuples(st.sampled_from(KINDS), st.sampled_from(PEOPLE), st.sampled_from(range(60)))


def a_result(case, number):
    due = [item for item in case.state.due.values() if item.kind == "act"]
    if not due:
        return None
    item = due[number % len(due)]
    problem = None if number % 4 else PROBLEMS[number % 8 // 4]
    status = "refused" if problem else "applied"
    return EffectCarriedOut(key=item.key, put_by=item.event, status=status, problem=problem)


def a_word(case, number):
    decisions = [d.decision_id for d in case.state.decisions] or ["none"]
    say = (confirmed, appealed, rated, lambda decision: confirmed(decision, satisfied=False))
    return say[number % 4](decisions[number // 4 % len(decisions)])


def an_approval(case, person, number):
    awaited = [a.proposal_id for a in case.state.approvals] or ["p-1"]
    return approve(person, awaited[number % len(awaited)], yes=number % 12 > 0)


def an_input(case, step, past):
    """What one step feeds to the case; None where there is nothing to feed."""
    kind, person, number = step
    makers = {
        "propose": lambda: PROPOSALS[number % len(PROPOSALS)],
        "result": lambda: a_result(case, number),
        "approve": lambda: an_approval(case, person, number),
        "say": lambda: a_word(case, number),
        "fact": lambda: FACTS[number % len(FACTS)],
        "unfreeze": lambda: unfreeze(person),
        "again": lambda: past[number % len(past)] if past else None,
        "withdraw": withdrawn,
    }
    return makers[kind]()


@settings(max_examples=400, deadline=None)
@given(st.lists(STEPS, min_size=5, max_size=60))
def test_in_every_order_each_thing_is_asked_once_and_large_sums_by_two_people(many):
    proved, past = many[0][2] % 3 > 0, []
    case = a_case() if proved else unproved()
    for step in many:
        if step[0] == "wait":
            case.elapse(timedelta(hours=step[2] * 4))
        elif data := an_input(case, step, past):
            past.append(data)
            case.when(data)
        owed = {item.key for item in case.state.due.values() if item.kind == "act"}
        assert owed == set(case.state.keys("requested"))
    each_key_is_asked_again_only_after_it_failed(case.events)
    large_sums_had_two_approvers(case)
    assert proved or nothing_moves_before_its_proof(case)
    each_level_is_decided_once_and_each_end_is_one(case.events)


def each_key_is_asked_again_only_after_it_failed(events):
    asked = set()
    for event in events:
        if kinds([event]) == ["EffectRequested"]:
            assert event.key not in asked
            asked.add(event.key)
        elif kinds([event]) == ["EffectFailed"]:
            asked.discard(event.key)


def nothing_moves_before_its_proof(case):
    level = "L0"
    for event in case.events:
        if kinds([event]) == ["CaseNoted"]:
            level = max(level, event.identity or "L0")
        elif kinds([event]) == ["EffectRequested"]:
            needed = {"freeze": "L0", "unfreeze": "L3"}.get(event.action, "L1")
            assert level >= needed
    return True


def large_sums_had_two_approvers(case):
    limits = case.policy.resolution.four_eyes_above
    proposers, approvers = {}, defaultdict(set)
    for event in case.events:
        kind = type(event).__name__
        if kind == "ProposalNoted":
            proposers[event.proposal.proposal_id] = event.proposal.proposed_by
        elif kind == "ApprovalGiven":
            approvers[event.proposal_id].add(event.staff)
        elif kind == "EffectRequested" and needs_two(event, limits):
            by = approvers[event.proposal_id]
            assert len(by) == 2
            assert proposers.get(event.proposal_id) not in by


def needs_two(order, limits):
    if order.action == "unfreeze":
        return True
    return order.amount is not None and order.amount > limit_of(order.asset, limits)


def each_level_is_decided_once_and_each_end_is_one(events):
    levels = Counter(e.level for e in events if kinds([e]) == ["DecisionMade"])
    assert set(levels.values()) <= {1}
    closed = False
    for event in events:
        kind = type(event).__name__
        if kind == "AppealAdmitted":
            closed = False
        elif kind == "CaseClosed":
            assert not closed
            closed = True
        elif kind in {"DecisionMade", "ProposalNoted"}:
            assert not closed


@given(st.decimals(min_value=Decimal("1E-18"), max_value=Decimal("1E+18"), places=18))
def test_money_keeps_every_digit_on_its_way_through_log_and_document(amount):
    case = a_case()
    case.when(proposal(credit(amount=amount, asset="XMR"), explanation=None))
    case.when(approve("sup-1"))
    order = case.when(approve("dir-1", roles=("director",)))[-1]

    stored = type(case.state).model_validate_json(case.state.model_dump_json())

    assert stored == case.state
    assert stored.order(order.key).amount == amount


def test_the_log_alone_rebuilds_the_case():
    case, key = a_case(), DataKey(COMPLAINT, bytes(range(32)))
    case.when(classified(priority="P1"))
    case.when(escalated())
    case.when(proposal(credit("0.7"), compensate()))
    case.when(approve("sup-1"))
    case.when(approve("sup-2"))
    applied(case, CREDIT)
    case.when(appealed(applied(case, DELAY)[-1].decision_id))
    case.when(proposal(credit("0.7", thing="more"), proposal_id="p-2", level=2))
    log = [in_the_log(event, number) for number, event in enumerate(case.events, 1)]
    for envelope in log:
        seal(envelope.data, key, envelope.id)

    lived = reduce(DECIDER.evolve, log, ResolutionState())
    rebuilt = reduce(
        DECIDER.evolve, [read(write(envelope), []) for envelope in log], ResolutionState()
    )

    assert rebuilt.model_dump_json() == lived.model_dump_json()
    assert rebuilt.proposal.explanation.sealed == lived.proposal.explanation.sealed


def in_the_log(event, number):
    return make(
        event,
        id=event_id(COMPLAINT, "resolution", number, "cause", 0),
        stage="resolution",
        complaint=COMPLAINT,
        time=START,
        lane="normal",
        sequence=number,
    )
