"""Decodes recorded answers of rippled: the XRP Ledger."""

from decimal import Decimal

from services.investigation.playbooks.amounts import decimal_of
from services.investigation.playbooks.answers import (
    Answers,
    UnclearError,
    body,
    fields,
    recorded,
    text,
    whole,
)
from services.investigation.playbooks.chains import Chain, transaction_id
from services.investigation.playbooks.sighting import ABSENT, NATIVE, Seen, Sighting, Transfer

UNKNOWN_ID, SUCCEEDED, PAYMENT = "txnNotFound", "tesSUCCESS", "Payment"
Answer = dict[str, object]


def sight(answers: Answers, txid: str, chain: Chain) -> Sighting:
    """The payment by what was delivered, never by what it asked for; amounts in drops."""
    result = fields(fields(body(recorded(answers, "tx"))).get("result"))
    if result.get("error") is not None:
        return _refused(result)
    transaction = fields(result.get("tx_json", result))
    if transaction_id(text(result.get("hash", transaction.get("hash", txid)))) != txid:
        raise UnclearError
    if result.get("validated") is not True:
        return Sighting(Seen.FOUND, _payment(transaction, None, chain), confirmations=0)
    meta = fields(result.get("meta"))
    return Sighting(
        Seen.FOUND,
        transfers=_payment(transaction, _delivered(meta), chain),
        failed=text(meta.get("TransactionResult")) != SUCCEEDED,
        final=True,
        opaque=transaction.get("TransactionType") != PAYMENT,
        block=str(result.get("ledger_index", "")),
    )


def _delivered(meta: Answer) -> object:
    """What arrived; the ledger's own field is there for partial payments alone."""
    return meta.get("delivered_amount", meta.get("DeliveredAmount"))


def _refused(result: Answer) -> Sighting:
    if result["error"] == UNKNOWN_ID and result.get("searched_all") is not False:
        return ABSENT
    raise UnclearError


def _payment(transaction: Answer, delivered: object, chain: Chain) -> tuple[Transfer, ...]:
    """What a payment brought; before it is final, only what kind of coin it is about."""
    if transaction.get("TransactionType") != PAYMENT:
        return ()
    told = delivered not in (None, "unavailable")  # old partial payments say "unavailable"
    asked = transaction.get("Amount", transaction.get("DeliverMax"))
    units, token = _amount(delivered if told else asked, chain)
    address = text(transaction.get("Destination"))
    given = transaction.get("DestinationTag")
    tag = None if given is None else whole(given)
    return (Transfer(chain.place(address), address, units if told else None, token, tag=tag),)


def _amount(value: object, chain: Chain) -> tuple[Decimal, bytes]:
    """Drops of XRP, or the value of an issued currency and what names it."""
    if not isinstance(value, dict):
        return Decimal(whole(value)), NATIVE
    issuer, currency = text(value.get("issuer")), text(value.get("currency"))
    return decimal_of(text(value.get("value"))), chain.token(issuer, currency)
