"""Sends spans by OTLP over HTTP, as JSON: what every collector takes at /v1/traces."""

from __future__ import annotations

import asyncio

import httpx

from shared.log import get_logger
from shared.metrics import SPANS_DROPPED, SPANS_SENT
from shared.tracing.encoding import body
from shared.tracing.waiting import Spans

log = get_logger(__name__)
MOST = 2000
EVERY_S = 5.0  # a request costs as much as hundreds of spans
CALL_S = 5.0
LAST_CALL_S = 2.0
JSON = {"content-type": "application/json"}


async def export(spans: Spans, url: str, service: str) -> None:
    """Send what is noted until cancelled, then what is left. Where nobody takes it, it is dropped.

    A complaint never waits for its trace.
    """
    async with httpx.AsyncClient(timeout=CALL_S, trust_env=False) as http:
        try:
            while True:
                await asyncio.sleep(EVERY_S)
                while batch := spans.take(MOST):
                    await _send(http, url, body(batch, service), len(batch))
        finally:
            async with asyncio.timeout(LAST_CALL_S):
                while left := spans.take(MOST):
                    await _send(http, url, body(left, service), len(left))


async def _send(http: httpx.AsyncClient, url: str, content: bytes, count: int) -> None:
    try:
        answer = await http.post(f"{url.rstrip('/')}/v1/traces", content=content, headers=JSON)
        answer.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        SPANS_DROPPED.inc(count)
        log.warning("traces are dropped", count=count, error_class=type(error).__name__)
    else:
        SPANS_SENT.inc(count)
