"""The complaints: made by number, sealed and produced as the door would have written them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

import yaml
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pymongo import MongoClient

from shared.envelope import make, write
from shared.events.base import ComplaintFacts
from shared.events.intake import ComplaintSubmitted
from shared.events.personal import DataKey, Personal
from shared.headers import headers
from shared.pipeline import STAGES
from shared.reference import reference_of
from shared.runner.kafka import KafkaLog
from shared.runner.keys import MongoKeyStore
from shared.runner.ports import Record
from shared.sealed import seal
from shared.settings import Settings
from shared.traceparent import sampled, traceparent
from tests.bench.limit.script import NUMBER, Script, Sent
from tests.bench.world import AMOUNT, address_of, email_of, txid_of, user_of

TEXTS = yaml.safe_load(files("tests.bench").joinpath("texts.yaml").read_text("utf-8"))
SUGGESTION_EVERY = 4
AT_ONCE = 2_000


async def preload(settings: Settings, count: int) -> None:
    """Write the keys, then the inputs, of the first so many numbers."""
    await preload_these(settings, range(count))


async def preload_these(settings: Settings, all_: Sequence[int], share: float = 0.0) -> None:
    """The same of these numbers; `share` of the complaints is traced."""
    log = KafkaLog(settings.kafka)
    await log.start()
    uri, master = settings.mongo.get_secret_value(), settings.master_key.get_secret_value()
    with MongoClient[dict[str, Any]](uri) as client:
        store = MongoKeyStore(client[settings.keys_database], master)
        for first in range(0, len(all_), AT_ONCE):
            numbers = all_[first : first + AT_ONCE]
            keys = {complaint_of(number): AESGCM.generate_key(256) for number in numbers}
            client[settings.keys_database]["keys"].insert_many(_wrapped(store, keys))
            await log.publish([_record(n, keys[complaint_of(n)], share) for n in numbers])
    await log.stop()


async def preload_again(settings: Settings, count: int, script: Script) -> None:
    """Write recorded inputs, for as many complaints."""
    log = KafkaLog(settings.kafka)
    await log.start()
    for first in range(0, count, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, count))
        await log.publish([_again(n, script.begins[n % len(script.begins)]) for n in numbers])
    await log.stop()


def _again(number: int, sent: Sent) -> Record:
    key = complaint_of(number).encode()
    return Record(sent.topic, key, sent.value, [(NUMBER, sent.number)])


def complaint_of(number: int) -> str:
    """The id of a complaint."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"bench complaint {number}"))


def _wrapped(store: MongoKeyStore, keys: dict[str, bytes]) -> Iterator[dict[str, Any]]:
    for kid, secret in keys.items():
        wrapped = store.master.wrap(kid, secret)
        yield {"_id": kid, "wrapped": wrapped.content, "by": wrapped.by}


def _record(number: int, secret: bytes, share: float) -> Record:
    complaint, now = complaint_of(number), datetime.now(UTC)
    id_ = str(uuid.uuid5(uuid.UUID(complaint), "submitted"))
    envelope = make(
        ComplaintSubmitted(facts=facts_of(number, now)),
        id=id_,
        stage="intake",
        complaint=complaint,
        time=now,
        lane="normal",
        actor="customer",
        traceparent=traceparent(complaint, id_) if sampled(complaint, share) else None,
    )
    seal(envelope.data, DataKey(complaint, secret), envelope.id)
    topic = STAGES["intake"].topic("inputs")
    return Record(topic, complaint.encode(), write(envelope), headers(envelope))


def facts_of(number: int, now: datetime) -> ComplaintFacts:
    """What the customer of that number tells: three deposits, then a suggestion."""
    suggests = number % SUGGESTION_EVERY == SUGGESTION_EVERY - 1
    kind = "product_suggestion" if suggests else "deposit"
    words = TEXTS[kind][(number + number // SUGGESTION_EVERY) % len(TEXTS[kind])]
    deposit = {
        "category_hint": "deposit_withdrawal",
        "txid": txid_of(number),
        "address": address_of(number),
        "amount": AMOUNT,
        "asset": "BTC",
        "network": "bitcoin",
        "occurred_at": now - timedelta(days=2),
    }
    return ComplaintFacts(
        reference=reference_of(complaint_of(number)),
        channel="web_form",
        subject=Personal(words["subject"]),
        description=Personal(words["text"].format(amount=AMOUNT)),
        received_at=now,
        user_id=user_of(number),
        contact=Personal(email_of(number)),
        language_hint=words["language"],
        **({"category_hint": "product_suggestion"} if suggests else deposit),
    )
