"""Services in a process of their own, as `redress serve` runs them, on real servers."""

from __future__ import annotations

import asyncio
import base64
import os
import sys
import uuid
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from secrets import token_bytes
from typing import Any

import httpx
from aiokafka import AIOKafkaConsumer, TopicPartition
from pymongo import AsyncMongoClient

from shared.local.state import is_ready
from shared.pipeline import LANES, ROWS
from shared.runner.partitions import create_topics
from tests.serving import free_port, until
from tests.sites import TOKEN_KEY, bearer

PARTITIONS = 6
READY_S = 90
HEARD_S = 60


@dataclass
class Site:
    url: str
    http: httpx.AsyncClient
    database: Any

    async def complain(self, text: str = "My deposit has not arrived") -> tuple[str, str]:
        """A new complaint: its id and its status token."""
        body = {"subject": text, "description": text, "user_id": "u-1"}
        answer = (await self.http.post("/v1/complaints", json=body)).raise_for_status().json()
        return answer["complaint_id"], answer["status_url"].rpartition("=")[2]

    async def write(self, complaint: str, text: str) -> None:
        """Staff write to the customer, as soon as notify knows the complaint."""
        await self.command(complaint, "message", {"text": text})

    async def command(
        self, complaint: str, name: str, body: dict[str, str], role: str = "agent"
    ) -> str:
        """The id of a command of staff, given as soon as notify knows the complaint."""
        for _ in range(HEARD_S * 5):
            answer = await self.http.post(
                f"/v1/cases/{complaint}/{name}", json=body, headers=bearer(role)
            )
            if answer.status_code == 202:
                found: str = answer.json()["event_id"]
                return found
            await asyncio.sleep(0.2)
        answer.raise_for_status()
        raise TimeoutError

    async def heard(self, path: str, text: str, cookie: str = "") -> str:
        """All that a stream said up to the event in which `text` stood. Raises TimeoutError."""
        headers = {"Cookie": cookie} if cookie else {}
        said, found = "", False
        async with (
            asyncio.timeout(HEARD_S),
            self.http.stream("GET", path, headers=headers, timeout=None) as stream,
        ):
            stream.raise_for_status()
            async for line in stream.aiter_lines():
                said += f"{line}\n"
                found = found or text in line
                if found and not line:  # an empty line ends an event
                    return said
        raise TimeoutError


@asynccontextmanager
async def conversing(
    kafka: str, mongo: str, services: Sequence[str] = ("intake", "notify"), **more: str
) -> AsyncIterator[Site]:
    """Services at one address, on databases that are gone afterwards; `more` are settings."""
    await create_topics(kafka, PARTITIONS, 1)
    for row in ROWS:
        for lane in LANES if row.service in services else ():
            await skip(kafka, row.group(lane), row.sources(lane))
    port = free_port()
    name, url = f"talk_{uuid.uuid4().hex[:10]}", f"http://127.0.0.1:{port}"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "shared.cli.main", "serve", *services, "--lane", "all"),
        env=os.environ | _settings(kafka, mongo, name, url, port) | _named(more),
    )
    client: AsyncMongoClient[Any] = AsyncMongoClient(mongo)
    try:
        await until(lambda: is_ready(url), READY_S)
        async with httpx.AsyncClient(base_url=url, timeout=30) as http:
            yield Site(url, http, client[name])
    finally:
        process.terminate()
        await process.wait()
        for database in (name, f"{name}_keys"):
            await client.drop_database(database)
        await client.close()


async def skip(kafka: str, group: str, topics: Iterable[str]) -> None:
    """Begin at the end: what other tests left is sealed with keys that this site never had."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, group_id=group, enable_auto_commit=False)
    await consumer.start()
    try:
        places = [TopicPartition(t, n) for t in topics for n in range(PARTITIONS)]
        consumer.assign(places)
        await consumer.commit(dict(await consumer.end_offsets(places)))
    finally:
        await consumer.stop()


def _settings(kafka: str, mongo: str, name: str, url: str, port: int) -> dict[str, str]:
    values = {
        "kafka": kafka,
        "mongo": mongo,
        "database": name,
        "keys_database": f"{name}_keys",
        "public_url": url,
        "port": str(port),
        "token_key": TOKEN_KEY,
        "master_key": base64.b64encode(token_bytes(32)).decode(),
        "log_level": "warning",
    }
    return _named(values)


def _named(values: dict[str, str]) -> dict[str, str]:
    return {f"REDRESS_{key.upper()}": value for key, value in values.items()}
