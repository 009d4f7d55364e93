"""Customers and staff who react to events, and who ask again while a service is away."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from shared.envelope import Envelope
from shared.http.tokens import issue
from tests.demo.people import SUPERVISORS, Submitted, cause_of
from tests.demo.watch import Watch
from tests.demo.world import REQUIRED, Case, World

AWAY = frozenset({502, 503})
PATIENCE_S = 60.0
PAUSE_S = 0.3
ATTEMPTS = 20
UNKNOWN = {
    "cause": "undetermined",
    "outcome": "rejected",
    "finding": "not_enough_evidence",
    "remedy": {"code": "refer_person"},
    "words": "We could not find out what happened; a specialist will call you.",
}


class Patient(httpx.AsyncHTTPTransport):
    """Sends a request again while its service is away, as any client should."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        super().__init__()
        self.patience_s = patience_s

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        until = time.monotonic() + self.patience_s
        while True:
            try:
                answer = await super().handle_async_request(request)
            except httpx.TransportError:
                if time.monotonic() > until:
                    raise
            else:
                if answer.status_code not in AWAY or time.monotonic() > until:
                    return answer
                await answer.aclose()
            await asyncio.sleep(PAUSE_S)


class People:
    """Everybody around the pipeline: each event that asks for something gets its answer."""

    def __init__(self, urls: Mapping[str, str], key: str, watch: Watch, world: World) -> None:
        self.urls = urls
        self.key = key
        self.watch = watch
        self.world = world
        self.http = httpx.AsyncClient(transport=Patient(), timeout=20.0, trust_env=False)
        self.made: dict[str, Submitted] = {}
        self.faults: list[str] = []
        self._known: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._tasks: set[asyncio.Task[None]] = set()
        self._done: set[tuple[str, str]] = set()
        self._answers: dict[str, Callable[[Submitted, Envelope], Coroutine[Any, Any, None]]] = {
            "redress.info-requested.v1": self._supply,
            "redress.recheck-scheduled.v1": self._mine,
            "redress.work-item-opened.v1": self._find,
            "redress.cause-determined.v1": self._propose,
            "redress.approval-requested.v1": self._approve,
            "redress.approval-given.v1": self._approve,
            "redress.letter-sent.v1": self._answer,
        }
        watch.listeners.append(self.hear)

    async def submit(self, case: Case) -> Submitted:
        """Write a complaint; it is accepted, and everybody around it does their part."""
        made = await self.write(case)
        self.meet(made)
        return made

    def meet(self, made: Submitted) -> None:
        """Answer whatever its events ask for, also those that came before."""
        self.made[made.id] = made
        self._known[made.id].set()

    async def write(self, case: Case) -> Submitted:
        """Write a complaint; it is accepted, and waits for somebody to `meet` it."""
        body = case.body(complete=case.wants != "missing")
        answer = await self.http.post(f"{self.urls['gateway']}/v1/complaints", json=body)
        assert answer.status_code == 202, answer.text
        found = answer.json()
        token = httpx.URL(found["status_url"]).params["token"]
        return Submitted(case, found["complaint_id"], found["reference"], token)

    def hear(self, envelope: Envelope) -> None:
        """Take up what an event asks for."""
        if envelope.type in self._answers:
            task = asyncio.create_task(self._guarded(envelope))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Send everybody home."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.http.aclose()

    async def _guarded(self, envelope: Envelope) -> None:
        await self._known[envelope.subject].wait()  # the event may come before the 202
        try:
            await self._answers[envelope.type](self.made[envelope.subject], envelope)
        except (httpx.HTTPError, RuntimeError) as error:
            self.faults.append(f"{envelope.type}: {type(error).__name__}: {error}")

    def _first(self, made: Submitted, what: str) -> bool:
        first = (made.id, what) not in self._done
        self._done.add((made.id, what))
        return first

    async def _supply(self, made: Submitted, _: Envelope) -> None:
        if made.case.wants == "missing":
            await self.tell(made, "messages", {"text": "Here it is.", **made.case.proof()})

    async def _mine(self, made: Submitted, _: Envelope) -> None:
        if made.case.wants == "confirming" and self._first(made, "mine"):
            await self.world.mine(REQUIRED)

    async def _find(self, made: Submitted, event: Envelope) -> None:
        body = cause_of(self._findings(made, event))
        place = ("investigation", made.id, "record-cause")
        await self.command(place, body, event.data.assignee, self._told(event, "cause-determined"))

    async def _propose(self, made: Submitted, event: Envelope) -> None:
        opened = self.watch.tracks[made.id].of("work-item-opened")
        if event.data.decided_by not in {item.data.assignee for item in opened}:
            return
        found = self._findings(made, event)
        body = {
            "outcome": found["outcome"],
            "finding": found["finding"],
            "remedies": [{"user_id": made.case.user, **found["remedy"]}],
            "explanation": found["words"],
            "language": made.case.language,
        }
        place = ("investigation", made.id, "propose")
        await self.command(place, body, event.data.decided_by, self._told(event, "remedy-proposed"))

    async def _approve(self, made: Submitted, event: Envelope) -> None:
        given = getattr(event.data, "given", 0)
        if given == event.data.needed:
            return
        body = {"proposal_id": event.data.proposal_id, "reason": "evidence-checked"}
        track = self.watch.tracks[made.id]
        place = ("resolution", made.id, "approve")
        who = SUPERVISORS[given]
        await self.command(place, body, who, lambda: len(track.of("approval-given")) > given)

    async def _answer(self, made: Submitted, event: Envelope) -> None:
        decision = event.data.decision_id
        if event.data.kind != "decision" or not self._first(made, decision):
            return
        if made.case.wants == "appeal" and self._first(made, "appeal"):
            reason = "The price guard did not work. Please look again."
            appeal = {"decision_id": decision, "points": ["price"], "reason": reason}
            await self.tell(made, "appeal", appeal)
        elif made.case.wants == "appeal" or int(made.case.user[-2:]) % 2:
            await self.tell(made, "confirm", {"decision_id": decision, "satisfied": True})
            await self.tell(made, "rating", {"decision_id": decision, "score": 5})

    def _findings(self, made: Submitted, event: Envelope) -> Mapping[str, Any]:
        return (made.case.again if event.data.level > 1 else made.case.staff) or UNKNOWN

    def _told(self, event: Envelope, name: str) -> Callable[[], bool]:
        track, level = self.watch.tracks[event.subject], event.data.level
        return lambda: any(e.data.level == level for e in track.of(name))

    async def tell(self, made: Submitted, what: str, body: Mapping[str, Any]) -> httpx.Response:
        """A follow-up of a customer. Raises httpx.HTTPStatusError where it is not accepted."""
        url = f"{self.urls['gateway']}/v1/complaints/{made.id}/{what}"
        answer = await self.http.post(url, params={"token": made.token}, json=body)
        return answer.raise_for_status()

    async def command(
        self, place: tuple[str, str, str], body: Any, who: str, done: Callable[[], bool]
    ) -> None:
        """Give a command until it is accepted, or was: an answer may be lost with its service."""
        stage, case, name = place
        role = "supervisor" if who in SUPERVISORS else "agent"
        token = issue(self.key, who, role, datetime.now(UTC), timedelta(minutes=10))
        url = f"{self.urls[stage]}/v1/cases/{case}"
        headers = {"Authorization": f"Bearer {token}"}
        for _ in range(ATTEMPTS):
            shown = await self.http.get(url, headers=headers)
            seen = {**headers, "If-Match": shown.headers.get("etag", "")}
            answer = await self.http.post(f"{url}/{name}", json=body, headers=seen)
            if answer.status_code == 202 or done():
                return
            await asyncio.sleep(1)
        raise RuntimeError(f"{name} was refused {ATTEMPTS} times")
