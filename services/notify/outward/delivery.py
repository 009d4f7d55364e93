"""Webhooks out: what the log holds is owed to each endpoint, and sent until it arrives.

Standard Webhooks 1.0. One process serves an endpoint at a time; the ledger outlives it.
"""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import httpx
import orjson
from standardwebhooks import Webhook

from services.notify.channels.handled import RefusedError
from services.notify.channels.webhook import GONE, LARGEST, posted
from services.notify.outward.endpoints import Endpoint, Endpoints
from services.notify.outward.public import public
from services.notify.outward.reading import records
from services.notify.outward.schedule import wait
from shared.errors import RedressError, TransientError, UsageError
from shared.log import get_logger
from shared.rules.targets import why_not
from shared.runner.master import MasterKeys
from shared.runner.patience import beside, until
from shared.runner.wiring import Wiring

log = get_logger(__name__)
LOOK_S = 2.0  # how soon a new endpoint is found, and a lease prolonged
IDLE_S = 0.5
AT_ONCE = 8
MOST_PENDING = 10_000
QUIET_S = 1.0
KEEP_S = 0.5


class Delivering:
    """Serves the endpoints that this process could lease."""

    def __init__(self, wiring: Wiring, look_s: float = LOOK_S) -> None:
        settings, self.look_s = wiring.settings, look_s
        self.servers, self.loopback = settings.kafka, settings.channels_loopback
        master = MasterKeys(settings.master_key.get_secret_value())
        self.endpoints = Endpoints(wiring.database, master)
        self.holder = uuid.uuid4().hex
        self.serving: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Until it is cancelled; the leases are given back then."""
        await until(self.endpoints.prepare)
        try:
            while True:
                with suppress(TransientError):
                    await self._look()
                await asyncio.sleep(self.look_s)
        finally:
            for task in self.serving.values():
                task.cancel()
            await asyncio.gather(*self.serving.values(), return_exceptions=True)
            for name in self.serving:
                with suppress(TransientError):
                    await self.endpoints.leave(name, self.holder)

    async def _look(self) -> None:
        wanted = set(await self.endpoints.active())
        for name in wanted | self.serving.keys():
            try:
                endpoint = await self.endpoints.take(name, self.holder)
            except UsageError as error:
                log.error("a webhook is not served", reason=str(error))  # noqa: TRY400 - the message says it all
                continue
            task = self.serving.get(name)
            if endpoint is None and task:
                self.serving.pop(name).cancel()
            elif endpoint and (task is None or task.done()):
                self.serving[name] = asyncio.create_task(self._serve(endpoint))

    async def _serve(self, endpoint: Endpoint) -> None:
        """Until the lease is lost, a secret changed, or a server is away; then it is begun anew."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._owe(endpoint))
                group.create_task(self._send(endpoint))
        except* TransientError:
            pass
        except* RedressError as errors:
            reason = str(errors.exceptions[0])
            log.error("a webhook is not served", reason=reason)  # noqa: TRY400 - the message says it all

    async def _owe(self, endpoint: Endpoint) -> None:
        kept, rows = time.monotonic(), []
        async for cursor, record in records(self.servers, endpoint.cursor, QUIET_S):
            if record and (row := owed(endpoint, record.value, datetime.now(UTC))):
                rows.append(row)
            if time.monotonic() - kept < KEEP_S and record and len(rows) < AT_ONCE:
                continue
            await self.endpoints.owe(rows)
            if not await self.endpoints.move(endpoint, self.holder, cursor):
                raise TransientError("another process serves the endpoint")
            kept, rows = time.monotonic(), []
            while record and await self.endpoints.pending(endpoint.name) >= MOST_PENDING:  # noqa: ASYNC110 - the database alone knows
                await asyncio.sleep(LOOK_S)

    async def _send(self, endpoint: Endpoint) -> None:
        while True:
            rows = await self.endpoints.due(endpoint.name, datetime.now(UTC), AT_ONCE)
            await asyncio.gather(*(self._deliver(endpoint, row) for row in rows))
            if not rows:
                await asyncio.sleep(IDLE_S)
            fresh = await self.endpoints.take(endpoint.name, self.holder)
            if fresh is None or fresh.round != endpoint.round:
                raise TransientError("the endpoint is no longer ours, or begins anew")
            endpoint = fresh

    async def _deliver(self, endpoint: Endpoint, row: dict[str, Any]) -> None:
        attempts, now = row["attempts"] + 1, datetime.now(UTC)
        code = await self._posted(endpoint, row["event"], row["body"], now)
        if code == str(GONE.value):
            await self.endpoints.disable(endpoint.name, "the endpoint answered 410")
        if code.startswith("2"):
            await self.endpoints.end(row["_id"], attempts, code, "delivered", now)
        elif (later := wait(attempts, random.random())) is None:  # noqa: S311 - jitter, not a secret
            await self.endpoints.end(row["_id"], attempts, code, "given_up", now)
        else:
            await self.endpoints.again(row["_id"], attempts, code, now + later)

    async def _posted(self, to: Endpoint, event: str, body: bytes, now: datetime) -> str:
        """The status, or a code of ours. The address is judged at each try."""
        if problem := why_not(to.url, loopback=self.loopback):
            return f"forbidden_{problem}"
        headers = {
            "content-type": "application/json",
            "webhook-id": event,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signatures(to, event, now, bytes(body)),
        }
        try:
            url = httpx.URL(to.url)
            return str(await posted(url, bytes(body), headers, loopback=self.loopback))
        except RefusedError as error:
            return str(error) or "refused"
        except TransientError:
            return "no_answer"


def signatures(to: Endpoint, event: str, now: datetime, body: bytes) -> str:
    """One for each secret that is valid, so that a receiver may change over when it likes."""
    return " ".join(Webhook(one).sign(event, now, body.decode()) for one in to.secrets)


def owed(endpoint: Endpoint, value: bytes, now: datetime) -> dict[str, Any] | None:
    """The ledger's row for an event that the endpoint wants; `webhook-id` is the event's id.

    An event too large for a webhook comes without its data.
    """
    event = public(value)
    if event is None or not endpoint.wants(event["type"]):
        return None
    told = {**event, "timestamp": event.get("time")}
    body = orjson.dumps(told)
    if len(body) > LARGEST:
        body = orjson.dumps({**told, "data": None, "truncated": True})
    return {
        "_id": f"{endpoint.name}|{endpoint.round}|{event['id']}",
        "endpoint": endpoint.name,
        "event": event["id"],
        "type": event["type"],
        "body": body,
        "attempts": 0,
        "next_at": now,
    }


def delivering(wiring: Wiring) -> AbstractAsyncContextManager[None]:
    """Sends for as long as the block lasts."""

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        async with beside(Delivering(wiring).run()):
            yield

    return running()
