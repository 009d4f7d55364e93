"""Drafts of what is asked after a theft: of the venues that received it, of the police. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

import yaml

from services.investigation.rules.filing import content
from services.investigation.state import InvestigationState

STOLEN = "confirmed_takeover"
SOURCES = ("logins", "withdrawals")
_DRAFTS: Mapping[str, Mapping[str, str]] = yaml.safe_load(
    files("services.investigation.data").joinpath("tracing.yaml").read_text("utf-8")
)["drafts"]
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Draft:
    """A request that a person may send; `to` says to whom."""

    to: Literal["venue", "police"]
    title: str
    text: str


def drafts(state: InvestigationState, reference: str) -> tuple[Draft, ...]:
    """One for each network and asset that left on chain, and one for the police.

    None where no takeover was confirmed, or nothing left on a chain: there is nobody to ask.
    """
    since = _first_sign(state)
    stolen = outflows(state, since) if since else ()
    if state.finding != STOLEN or not stolen:
        return ()
    known: dict[str, Any] = {
        "reference": reference,
        "evidence": _evidence(state),
        "since": since,
        "account": state.claim.user_id or "-",
        "signals": state.details.get("signals") or "-",
    }
    places = dict.fromkeys((str(row["network"]), str(row["asset"])) for row in stolen)
    venues = (_draft("venue", _at(stolen, *place), known) for place in places)
    return (*venues, _draft("police", stolen, known))


def outflows(state: InvestigationState, since: str) -> tuple[Row, ...]:
    """The withdrawals that went out on a chain from that instant on, oldest first."""
    rows = (row for row in _rows(state, "withdrawals") if row.get("txid") and row["at"] >= since)
    return tuple(sorted(rows, key=lambda row: (row["at"], row["id"])))


def _first_sign(state: InvestigationState) -> str | None:
    """When the first event happened that the playbook took for a sign; ISO 8601."""
    named = set(str(state.details.get("events", "")).split(","))
    times = [row["at"] for source in SOURCES for row in _rows(state, source) if row["id"] in named]
    return min(times, default=None)


def _at(rows: Iterable[Row], network: str, asset: str) -> list[Row]:
    return [row for row in rows if (str(row["network"]), str(row["asset"])) == (network, asset)]


def _draft(to: Literal["venue", "police"], rows: Sequence[Row], known: Mapping[str, Any]) -> Draft:
    first = rows[0]
    told = {**known, "network": first["network"], "asset": first["asset"]}
    told["transfers"] = "\n".join(map(_transfer, rows))
    form = _DRAFTS[to]
    return Draft(to, form["title"].format(**told), form["text"].format(**told))


def _transfer(row: Row) -> str:
    return (
        f"- {row['amount']} {row['asset']} on {row['network']} to {row['address']}, "
        f"transaction {row['txid']}, asked for at {row['at']}"
    )


def _evidence(state: InvestigationState) -> str:
    pieces = (state.evidence[source] for source in SOURCES if source in state.evidence)
    return "\n".join(f"- {one.evidence_id} ({one.type}): {one.sha256}" for one in pieces)


def _rows(state: InvestigationState, source: str) -> list[Row]:
    return list(content(state, source).get("rows", []))
