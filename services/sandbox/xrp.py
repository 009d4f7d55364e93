"""The XRP Ledger made of numbers: rippled's results (xrpl.org, methods `tx`, `server_info`)."""

from services.sandbox.networks import IDENTITY, Json, MoveSeed

SENDER = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"


def server() -> Json:
    """The state of the server, as far as it names the network."""
    return {"info": {"network_id": int(IDENTITY["xrp_ledger"]), "server_state": "full"}}


def unknown() -> Json:
    """The answer about a transaction that is not on the ledger."""
    return {"error": "txnNotFound", "error_code": 29, "status": "error"}


def transaction(txid: str, seed: MoveSeed, tip: int) -> Json:
    """The payment; its metadata once a ledger holds it."""
    move = seed.moves[0]
    found: Json = {
        "hash": txid.upper(),
        "TransactionType": "Payment",
        "Account": SENDER,
        "Destination": move.to,
        "Amount": move.units,
        "validated": seed.height is not None and seed.height <= tip,
    }
    if move.tag is not None:
        found["DestinationTag"] = move.tag
    if not found["validated"]:
        return found
    code = "tecPATH_DRY" if seed.failed else "tesSUCCESS"
    meta = {"TransactionResult": code, "delivered_amount": move.units}
    return {**found, "ledger_index": seed.height, "meta": meta}
