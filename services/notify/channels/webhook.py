"""Answers to a channel's own endpoint: one signed POST to an address that was looked at first.

Standard Webhooks 1.0 for the signature; OWASP's Server-Side Request Forgery page for the address.
"""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
from collections.abc import Mapping
from datetime import datetime
from functools import cache

import httpx
from standardwebhooks import Webhook

from services.notify.channels.handled import RefusedError
from shared.channels import Account
from shared.errors import TransientError
from shared.rules.targets import allowed, why_not

SEND_LIMIT_S = 9.0  # the worker ends every call after ten
LARGEST = 20_000
GONE = httpx.codes.GONE


async def send(
    account: Account, id_: str, body: Mapping[str, object], at: datetime, *, loopback: bool
) -> None:
    """Deliver one answer; `id_` makes every try the same message.

    Raises RefusedError on 410, a forbidden address or one that is missing, TransientError on all
    else that is not 2xx: a redirect too, since none is followed.
    """
    url = account.answer_url
    if url is None:
        raise RefusedError("no_answer_url")
    if problem := why_not(url, loopback=loopback):
        raise RefusedError(f"forbidden_{problem}")
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    if len(content.encode()) > LARGEST:
        raise RefusedError("too_large")
    secrets = account.valid(at)
    if not secrets:
        raise RefusedError("no_secret")
    headers = {
        "content-type": "application/json",
        "webhook-id": id_,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secrets[0]).sign(id_, at, content),
    }
    status = await posted(httpx.URL(url), content.encode(), headers, loopback=loopback)
    if status == GONE:
        raise RefusedError("webhook_410")
    if not httpx.codes.is_success(status):
        raise TransientError(f"the endpoint says {status}")


async def posted(
    url: httpx.URL, content: bytes, headers: Mapping[str, str], *, loopback: bool
) -> int:
    """The status of the answer, whose body is not read: it could be endless.

    Raises TransientError where there is none, RefusedError on a forbidden address.
    """
    try:
        async with asyncio.timeout(SEND_LIMIT_S):
            address = await _resolved(url, loopback=loopback)
            there = url.copy_with(host=address)
            named = {**headers, "host": url.netloc.decode()}
            more = {"sni_hostname": url.host} if url.scheme == "https" else {}
            # No pool: a connection to this address may have been opened for another name.
            async with (
                httpx.AsyncClient(trust_env=False, verify=_tls(), timeout=SEND_LIMIT_S) as http,
                http.stream(
                    "POST", there, content=content, headers=named, extensions=more
                ) as answer,
            ):
                return answer.status_code
    except (httpx.HTTPError, OSError, TimeoutError) as error:
        raise TransientError("the endpoint is away") from error


@cache
def _tls() -> ssl.SSLContext:
    """Made once: to read the certificates takes 15 ms, in which this process does nothing else."""
    return httpx.create_ssl_context(trust_env=False)


async def _resolved(url: httpx.URL, *, loopback: bool) -> str:
    """The one address to connect to: looked up once, so that it is the one that was judged."""
    port = url.port or 443
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(allowed(one, loopback=loopback) for one in addresses):
        raise RefusedError("forbidden_address")
    return addresses[0]
