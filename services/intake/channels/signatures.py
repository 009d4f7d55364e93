"""Who sent a webhook, and when: Standard Webhooks 1.0, judged on the bytes as they came. Pure."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from standardwebhooks import Webhook

from shared.http.errors import ProblemError

CLOCKS_DIFFER_BY = timedelta(minutes=5)
SIGNATURES = 10
# An id is a part of what is signed, which has dots between its parts.
_ID = re.compile(r"[!-\-/-~]{1,255}")
_SECONDS = re.compile(r"[0-9]{1,12}")


def verified(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """The webhook's id, once any of the secrets has signed it.

    Raises ProblemError 401 without a signature of ours, 400 where the id or time is odd.
    """
    id_, at = headers.get("webhook-id"), headers.get("webhook-timestamp")
    signatures = headers.get("webhook-signature")
    if id_ is None or at is None or signatures is None:
        raise _unsigned()
    if not _ID.fullmatch(id_):
        raise ProblemError(400, "bad_webhook_id")
    time = _time(at, now)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProblemError(400, "not_json") from error
    ours = [Webhook(secret).sign(id_, time, text) for secret in secrets]
    theirs = signatures.encode().split(b" ")[:SIGNATURES]
    # Every pair is compared, so the time it takes tells nothing.
    if not sum(hmac.compare_digest(one.encode(), other) for one in ours for other in theirs):
        raise _unsigned()
    return id_


def _time(text: str, now: datetime) -> datetime:
    if not _SECONDS.fullmatch(text):
        raise ProblemError(400, "bad_webhook_timestamp")
    apart = int(text) - int(now.timestamp())
    if abs(apart) > CLOCKS_DIFFER_BY.total_seconds():
        raise ProblemError(400, "bad_webhook_timestamp")
    return datetime.fromtimestamp(int(text), UTC)


def _unsigned() -> ProblemError:
    return ProblemError(401, "not_signed", headers={"WWW-Authenticate": "Webhook-Signature"})
