"""The people of the demo: customers who write and answer, staff who find and approve."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from shared.envelope import Envelope
from shared.http.tokens import issue
from tests.demo.watch import Watch
from tests.demo.world import REQUIRED, Case, World

ACCEPTED = 202
FAULTS = (httpx.HTTPError, RuntimeError, TimeoutError)
SUPERVISORS = ("supervisor-1", "supervisor-2")


def cause_of(found: Mapping[str, Any]) -> dict[str, Any]:
    """What the person who has the case records as its cause; an open one has a reason."""
    reason = {"reason": "records-silent"} if found["cause"] == "undetermined" else {}
    return {"cause": found["cause"], "confidence": 0.9, **reason}


@dataclass
class Submitted:
    """A complaint that was answered 202."""

    case: Case
    id: str
    reference: str
    token: str
    notes: list[str] = field(default_factory=list)


class Customers:
    """Submit, supply what is asked for, confirm or appeal."""

    def __init__(self, url: str, watch: Watch, world: World) -> None:
        self.http = httpx.AsyncClient(base_url=url, timeout=20.0, trust_env=False)
        self.watch = watch
        self.world = world

    async def submit(self, case: Case) -> Submitted:
        """Write a complaint. Raises httpx.HTTPStatusError when it is not accepted."""
        body = case.body(complete=case.wants != "missing")
        answer = await self.http.post("/v1/complaints", json=body)
        answer.raise_for_status()
        found = answer.json()
        token = httpx.URL(found["status_url"]).params["token"]
        return Submitted(case, found["complaint_id"], found["reference"], token)

    async def repeat(self, made: Submitted) -> bool:
        """Send the same complaint again; True when the answer names the first one."""
        answer = await self.http.post("/v1/complaints", json=made.case.body())
        replayed = answer.headers.get("Idempotency-Replayed") == "true"
        return replayed and answer.json()["complaint_id"] == made.id

    async def reject(self) -> int:
        """Send what no door should take; returns the status."""
        return (await self.http.post("/v1/complaints", json={"subject": 7})).status_code

    async def live(self, made: Submitted) -> None:
        """Everything this customer does until the case is closed."""
        track = self.watch.tracks[made.id]
        if made.case.wants == "missing":
            await self.watch.until(lambda: bool(track.of("info-requested")))
            await self._tell(made, "messages", {"text": "Here it is.", **made.case.proof()})
            made.notes.append("asked, supplied")
        if made.case.wants == "confirming":
            await self.watch.until(lambda: bool(track.of("recheck-scheduled")))
            made.notes.append("waited for confirmations")
            await self.world.mine(REQUIRED)
        await self.watch.until(lambda: track.decided)
        if made.case.wants == "appeal":
            await self._appeal(made)
        elif made.token and int(made.case.user[-2:]) % 2:
            await self._confirm(made)

    async def _appeal(self, made: Submitted) -> None:
        decision = await self._decision(made)
        reason = "The price guard did not work. Please look again."
        body = {"decision_id": decision, "points": ["price"], "reason": reason}
        await self._tell(made, "appeal", body)
        made.notes.append("appealed")
        track = self.watch.tracks[made.id]
        await self.watch.until(lambda: len(track.of("decision-made")) > 1)
        await self.watch.until(lambda: bool(self._told(made, 2)))
        await self._confirm(made)

    def _told(self, made: Submitted, count: int) -> bool:
        letters = self.watch.tracks[made.id].of("letter-sent")
        return len({e.data.decision_id for e in letters if e.data.kind == "decision"}) >= count

    async def _confirm(self, made: Submitted) -> None:
        decision = await self._decision(made)
        await self._tell(made, "confirm", {"decision_id": decision, "satisfied": True})
        await self._tell(made, "rating", {"decision_id": decision, "score": 5})

    async def _decision(self, made: Submitted) -> str:
        last = self.watch.tracks[made.id].last("decision-made")
        for _ in range(50):
            found = await self.http.get(f"/v1/complaints/{made.id}", params={"token": made.token})
            decision = found.json().get("decision") if found.status_code == 200 else None
            if decision and decision["decision_id"] == last.decision_id:
                return str(decision["decision_id"])
            await asyncio.sleep(0.2)
        raise RuntimeError("the customer's page does not show the decision")

    async def _tell(self, made: Submitted, what: str, body: Mapping[str, Any]) -> None:
        path = f"/v1/complaints/{made.id}/{what}"
        answer = await self.http.post(path, params={"token": made.token}, json=body)
        answer.raise_for_status()


class Staff:
    """Whoever a case was given to records a cause and proposes; supervisors approve."""

    def __init__(self, urls: Mapping[str, str], key: str, watch: Watch) -> None:
        self.urls = urls
        self.key = key
        self.watch = watch
        self.http = httpx.AsyncClient(timeout=20.0, trust_env=False)
        self.cases: dict[str, Submitted] = {}
        self.tasks: list[asyncio.Task[None]] = []
        self.faults: list[str] = []

    def hear(self, envelope: Envelope) -> None:
        """Take up what an event asks of a person."""
        if envelope.type == "redress.work-item-opened.v1":
            self._begin(self._investigate(envelope))
        elif envelope.type == "redress.approval-requested.v1":
            self._begin(self._approve(envelope))

    def _begin(self, work: Any) -> None:
        async def guarded() -> None:
            try:
                await work
            except FAULTS as error:
                self.faults.append(f"staff: {type(error).__name__} {error}")

        self.tasks.append(asyncio.create_task(guarded()))

    async def _investigate(self, envelope: Envelope) -> None:
        await self.watch.until(lambda: envelope.subject in self.cases)
        case = self.cases[envelope.subject].case
        found = (case.again if envelope.data.level > 1 else case.staff) or {
            "cause": "undetermined",
            "outcome": "rejected",
            "finding": "not_enough_evidence",
            "remedy": {"code": "refer_person"},
            "words": "We could not find out what happened; a specialist will call you.",
        }
        who = envelope.data.assignee
        cause = cause_of(found)
        await self._command("investigation", envelope.subject, "record-cause", cause, who)
        determined = self.watch.tracks[envelope.subject]
        level = envelope.data.level
        await self.watch.until(
            lambda: any(e.data.level == level for e in determined.of("cause-determined"))
        )
        proposal = {
            "outcome": found["outcome"],
            "finding": found["finding"],
            "remedies": [{"user_id": case.user, **found["remedy"]}],
            "explanation": found["words"],
            "language": case.language,
        }
        await self._command("investigation", envelope.subject, "propose", proposal, who)

    async def _approve(self, envelope: Envelope) -> None:
        track = self.watch.tracks[envelope.subject]
        for count, who in enumerate(SUPERVISORS[: envelope.data.needed], 1):
            body = {"proposal_id": envelope.data.proposal_id, "reason": "evidence-checked"}
            await self._command("resolution", envelope.subject, "approve", body, who, "supervisor")
            await self.watch.until(lambda n=count: len(track.of("approval-given")) >= n)
        if envelope.subject in self.cases:
            self.cases[envelope.subject].notes.append("two people approved")

    async def _command(
        self, stage: str, case: str, name: str, body: Any, who: str, role: str = "agent"
    ) -> None:
        token = issue(self.key, who, role, datetime.now(UTC), timedelta(minutes=10))
        url = f"{self.urls[stage]}/v1/cases/{case}"
        headers = {"Authorization": f"Bearer {token}"}
        shown = await self.http.get(url, headers=headers)
        shown.raise_for_status()
        answer = await self.http.post(
            f"{url}/{name}", json=body, headers={**headers, "If-Match": shown.headers["etag"]}
        )
        if answer.status_code != ACCEPTED:
            raise RuntimeError(f"{name} was refused: {answer.text}")
