"""What the exchange's own books say of a deposit, as the playbook's facts. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.investigation.playbooks.facts import DepositCase, FactsError, deposit_case
from services.investigation.rules.filing import content
from services.investigation.rules.plan import network_of
from services.investigation.state import InvestigationState

CREDITED, SUSPENDED = "credited", "suspended"
Json = Mapping[str, Any]


def facts_of(state: InvestigationState, complaint: str) -> DepositCase | None:
    """The playbook's case; None where the books do not tell enough.

    The answers of nodes are no part of it: they are compared before they are judged.
    """
    claim, network = state.claim, str(network_of(state.claim))
    ledger = content(state, "ledger")
    platform = {
        "user": claim.user_id,
        **_account(content(state, "account").get("account") or {}, network),
        **_listing(ledger.get("asset") or {}, network, str(ledger.get("code"))),
        **_rows(ledger, network, claim.txid),
        "addresses_of_other_users": content(state, "chain").get("others", []),
        "other_open_claims": ledger.get("earlier_claims", []),
    }
    words = claim.model_dump(include={"txid", "address", "amount", "asset", "network", "memo"})
    facts = {"id": complaint, "chain": network, "asset": ledger.get("code"), "claim": words}
    try:
        return deposit_case(
            {**facts, "platform": platform, "responses": {}, "seen_before": state.sighted}
        )
    except FactsError:
        return None


def _account(account: Json, network: str) -> dict[str, Any]:
    return {
        "assigned_deposit_address": account.get("deposit_addresses", {}).get(network),
        "assigned_tag": account.get("deposit_tags", {}).get(network),
    }


def _listing(asset: Json, network: str, code: str) -> dict[str, Any]:
    """What holds for the asset on this network before what holds for it anywhere."""
    networks: Json = asset.get("networks") or {}
    here = networks.get(network, {})
    return {
        name: asset.get(name) if here.get(name) is None else here[name]
        for name in ("required_confirmations", "min_deposit")
    } | {"token_contracts": {name: _token(code, at) for name, at in networks.items()}}


def _token(code: str, listing: Json) -> dict[str, Any]:
    contract, decimals = listing.get("contract"), listing.get("decimals")
    known = contract is not None and decimals is not None
    return {code: {"address": contract, "decimals": decimals}} if known else {}


def _rows(ledger: Json, network: str, txid: str | None) -> dict[str, list[dict[str, Any]]]:
    """What is credited, and what is held back: by its row, or with all of its kind."""
    rows: Sequence[Json] = ledger.get("rows", [])
    held = [dict(row) for row in rows if row["state"] != CREDITED]
    listing = ((ledger.get("asset") or {}).get("networks") or {}).get(network, {})
    if listing.get("deposits") == SUSPENDED:
        held.append({"txid": txid, "state": SUSPENDED})
    return {"credited": [_row(row) for row in rows if row["state"] == CREDITED], "held": held}


def _row(row: Json) -> dict[str, Any]:
    user = row["user_id"]
    return {"txid": row["txid"], "vout": row["vout"], "user": user, "amount": row["amount"]}
