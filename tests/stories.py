"""Complaints as they happen: events of all stages, with the letters that notify makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from services.notify.decide import DECIDER
from shared.decider import Context
from shared.envelope import Envelope, digest, event_id, make, named_id, write
from shared.events import intake, investigation, resolution, triage, verification
from shared.events.base import ComplaintFacts, Event, Remedy
from shared.events.notify import LetterHandled
from shared.events.personal import Personal
from shared.pipeline import STAGES
from shared.policy import load
from shared.reference import reference_of
from shared.runner.history import row_of
from shared.sealed import seal

TXID = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
Step = tuple[float, Event]


class Story:
    """One complaint; `tell` adds events that many seconds after the start."""

    def __init__(self, complaint: str, start: datetime) -> None:
        self.complaint = complaint
        self.start = start
        self.events: list[Envelope] = []
        self.state = DECIDER.state()
        self._sequences = dict.fromkeys(STAGES, 0)
        self._causes: dict[str, tuple[str, int]] = {}

    def tell(self, *steps: Step) -> Story:
        for seconds, data in steps:
            cause = named_id(self.complaint, f"{self._owner(data)}|{seconds}")
            event = self.add(data, self._owner(data), seconds, cause)
            if type(data) in DECIDER.decide_table:
                self._decide(data, event, seconds)
                self._deliver(seconds)
        return self

    def _owner(self, data: Event) -> str:
        return next(name for name, row in STAGES.items() if type(data) in row.emits)

    def _decide(self, data: Any, cause: Envelope, seconds: float) -> None:
        now = self.start + timedelta(seconds=seconds)
        context = Context(now, load("default"), self.complaint, cause.id)
        for own in DECIDER.decide(self.state, data, context):
            event = self.add(own, "notify", seconds + 0.05, cause.id)
            self.state = DECIDER.evolve(self.state, event)

    def _deliver(self, seconds: float) -> None:
        for item in [i for i in self.state.due.values() if i.kind == "email"]:
            handled = LetterHandled(
                key=item.key,
                put_by=item.event,
                letter_id=item.arguments["letter_id"],
                channel=item.kind,
                status="sent",
                at=self.start + timedelta(seconds=seconds + 0.2),
            )
            cause = next(e for e in self.events if e.id == item.event)
            self._decide(handled, cause, seconds + 0.2)

    def add(self, data: Event, stage: str, seconds: float, cause: str) -> Envelope:
        """One event of a stage, and of nobody else."""
        self._sequences[stage] += 1
        sequence = self._sequences[stage]
        before, index = self._causes.get(stage, (None, 0))
        index = index + 1 if cause == before else 0
        self._causes[stage] = cause, index
        envelope = make(
            data,
            id=event_id(self.complaint, stage, sequence, cause, index),
            stage=stage,
            complaint=self.complaint,
            time=self.start + timedelta(seconds=seconds),
            lane="normal",
            sequence=sequence,
            causationid=cause,
            actor="system",
        )
        self.events.append(envelope)
        return envelope

    def rows(self, key: Any, seen_at: datetime) -> list[dict[str, Any]]:
        """The rows as the runner writes them."""
        rows, before = [], dict.fromkeys(STAGES, "")
        for place, told in enumerate(self.events):
            event = told.model_copy(update={"prevhash": before[told.stage]})
            seal(event.data, key, event.id)
            row = row_of(event, write(event))
            before[event.stage] = digest(row.fields["value"])
            stamp = seen_at + timedelta(milliseconds=place)
            rows.append({"_id": row.id, **row.fields, "seen_at": stamp})
        return rows


def received(complaint: str, start: datetime, **facts: Any) -> intake.ComplaintReceived:
    danger = facts.pop("funds_in_danger", False)
    texts = {
        "subject": Personal(facts.pop("subject", "My deposit has not arrived")),
        "description": Personal(
            facts.pop("description", "I sent 0.5 BTC this morning and it is not in my account.")
        ),
        "contact": Personal(facts.pop("contact", "mei.lin@customers.example")),
    }
    every = {"channel": "web_form", "language_hint": "en", "received_at": start, **texts, **facts}
    return intake.ComplaintReceived(
        facts=ComplaintFacts(reference=reference_of(complaint), **every), funds_in_danger=danger
    )


def deposit(complaint: str, start: datetime, **facts: Any) -> Sequence[Step]:
    """A late deposit, from receipt to decision."""
    complaint_received = received(complaint, start, txid=TXID, user_id="10042", **facts)
    language = complaint_received.facts.language_hint or "en"
    details: dict[str, Any] = {"confirmations": 9, "required": 6, "amount_onchain": "0.5"}
    credit = Remedy(code="credit", user_id="10042", asset="BTC", amount=Decimal("0.5"))
    verified = verification.AdmissibilityDecided(
        admissible=True, facts=complaint_received.facts, identity="L1"
    )
    return [
        (0.0, complaint_received),
        (0.4, verification.VerificationStarted(facts=complaint_received.facts)),
        (0.9, verification.IdentityVerified(user_id="10042", level="L1")),
        (0.91, verified),
        (1.3, classified(language)),
        (1.7, assigned(language)),
        (2.0, started()),
        (4.1, recheck(start, 4)),
        (7.3, recheck(start, 5)),
        (10.8, finding(details)),
        (10.81, proposed(details, credit)),
        (11.6, applied()),
        (11.9, decision(start, details, credit)),
    ]


def classified(language: str) -> triage.CaseClassified:
    return triage.CaseClassified(
        category="deposit_withdrawal",
        language=language,
        priority="P2",
        emergency=False,
        confidence=0.93,
        reasons=(triage.Reason(rule="term", version="1", evidence="deposit-missing"),),
        rules_version="1",
        team="payments",
    )


def assigned(language: str) -> triage.CaseAssigned:
    return triage.CaseAssigned(
        team="payments",
        assignee="agent-en-1",
        level=1,
        category="deposit_withdrawal",
        language=language,
        priority="P2",
        reason="least-loaded",
    )


def started() -> investigation.InvestigationStarted:
    return investigation.InvestigationStarted(
        level=1,
        category="deposit_withdrawal",
        playbook="deposit",
        sources=("account", "ledger", "chain"),
        assignee="agent-en-1",
    )


def recheck(start: datetime, confirmations: int) -> investigation.RecheckScheduled:
    details: dict[str, Any] = {"confirmations": confirmations, "required": 6}
    at = start + timedelta(seconds=10)
    return investigation.RecheckScheduled(at=at, finding="confirmed_wait", details=details)


def finding(details: dict[str, Any]) -> investigation.FindingRecorded:
    return investigation.FindingRecorded(
        level=1,
        finding="credited_internal_delay",
        remedy="credit_and_compensate",
        details=details,
        explanation="The delay is ours.",
        playbook_version="1",
    )


def proposed(details: dict[str, Any], remedy: Remedy) -> investigation.RemedyProposed:
    return investigation.RemedyProposed(
        proposal_id="pro-1",
        level=1,
        outcome="upheld",
        finding="credited_internal_delay",
        cause="platform",
        remedies=(remedy,),
        details=details,
        proposed_by="playbook",
    )


def applied() -> resolution.EffectVerified:
    return resolution.EffectVerified(key=f"credit|bitcoin|{TXID}|0", action="credit")


def decision(start: datetime, details: dict[str, Any], remedy: Remedy) -> resolution.DecisionMade:
    return resolution.DecisionMade(
        decision_id="dec-1",
        level=1,
        outcome="upheld",
        finding="credited_internal_delay",
        cause="platform",
        remedies=(remedy,),
        details=details,
        respond_by=start + timedelta(days=7),
    )
