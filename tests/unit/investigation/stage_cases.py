"""An investigation to start from: a Bitcoin deposit that did not arrive, and its sources."""

from datetime import timedelta

from services.investigation.decide import DECIDER
from services.investigation.rules.filing import filed
from services.investigation.rules.plan import SOURCES
from services.investigation.state.case import PRECEDENT
from shared.events.base import ComplaintFacts
from shared.events.investigation import EvidenceCollected, PrecedentRead, ProposalDrafted
from shared.events.personal import Personal
from shared.events.resolution import AppealAdmitted
from shared.events.triage import CaseAssigned
from shared.events.verification import AdmissibilityDecided
from shared.pipeline import STAGES
from shared.testing.scenario import START, Scenario

OURS, ELSEWHERE = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
TXID = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
TX, TIP = "GET /tx/{txid}", "GET /blocks/tip/height"
ASKED = ("account", "ledger", "chain", "payout")


def investigation():
    return Scenario(STAGES["investigation"], DECIDER)


def complaint_facts(**told):
    facts = {
        "reference": "RD-1",
        "channel": "web_form",
        "subject": Personal("Where is my deposit?"),
        "description": Personal("It has not arrived."),
        "received_at": START - timedelta(seconds=1),
        "user_id": "u1",
        "txid": TXID.upper(),
        "address": OURS,
        "amount": "0.5",
        "asset": "BTC",
        "network": "bitcoin",
    }
    return ComplaintFacts(**{**facts, **told})


def admitted(**told):
    return AdmissibilityDecided(admissible=True, facts=complaint_facts(**told))


def assigned(assignee="agent-1", level=1, category="deposit_withdrawal"):
    return CaseAssigned(
        team="deposits",
        assignee=assignee,
        level=level,
        category=category,
        language="en",
        priority="P2",
        reason="least-loaded",
    )


def appealed(level=2, points=("amount",)):
    reason = Personal("No.")
    return AppealAdmitted(decision_id="d1", level=level, points=points, reason=reason)


def running(category="deposit_withdrawal", **told):
    case = investigation()
    case.when(admitted(**told))
    case.when(assigned(category=category))
    return case


def outputs(*paid):
    return [
        {"scriptpubkey": "00", "scriptpubkey_address": address, "value": value}
        for address, value in paid
    ]


def chain(*paid, confirmations=3, **more):
    confirmed = {"confirmed": confirmations > 0, "block_height": 100}
    transaction = {"txid": TXID, "vin": [{}], "vout": outputs(*paid), "status": confirmed}
    tip = {"status": 200, "json": 99 + confirmations}
    responses = {TX: {"status": 200, "json": transaction}, TIP: tip}
    return {"others": [], "withdrawal": False, "responses": responses, **more}


def answers(**changed):
    """What the sources answer: half a coin, three confirmations where two are asked, no credit."""
    good = {
        "account": {"account": {"user_id": "u1", "deposit_addresses": {"bitcoin": OURS}}},
        "ledger": {
            "rows": [],
            "code": "BTC",
            "asset": {"required_confirmations": 2, "min_deposit": "0.0001"},
            "earlier_claims": [],
        },
        "chain": chain((OURS, 50_000_000)),
        "payout": {"named": None, "several": False, "responses": {}},
    }
    return {**good, **changed}


def answer(case, source, content, turn=None):
    key = f"evidence:{source}:{turn or case.state.round}"
    about = SOURCES[source]
    evidence = filed(
        content,
        kind=about.type,
        source=source,
        query=about.query,
        at=case.now,
        collector="worker",
        sensitivity=about.sensitivity,
    )
    return settled(case, case.result(key, EvidenceCollected, source=source, evidence=evidence))


def settled(case, events, *practice):
    """What follows once the other cases were looked at; the draft itself is left out."""
    looks = [key for key, item in case.state.due.items() if item.kind == PRECEDENT]
    more = [e for key in looks for e in case.result(key, PrecedentRead, practice=practice)]
    return [*(e for e in events if not isinstance(e, ProposalDrafted)), *more]


def put(case, command):
    """What follows from a command, where no other case speaks against it."""
    return settled(case, case.when(command))


def silence(case, source):
    key = f"evidence:{source}:{case.state.round}"
    return case.result(key, EvidenceCollected, source=source, problem="unavailable")


def answered(case, **changed):
    """Let every source answer; returns what followed from the last answer."""
    decided = []
    for source, content in answers(**changed).items():
        if f"evidence:{source}:{case.state.round}" in case.state.due:
            decided = answer(case, source, content)
    return decided


def given_up(case, looks=19):
    """The case after so many looks in which its sources left it open what there is."""
    case.state = case.state.model_copy(update={"unsettled": looks})
    return case


def proposed():
    case = running()
    answered(case)
    return case


def names(events):
    return [type(event).__name__ for event in events]
