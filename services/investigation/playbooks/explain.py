"""One sentence or two that a customer can read, with the numbers of the case in them."""

import re
from collections.abc import Iterable, Mapping

from services.investigation.playbooks.catalogue import DEPOSIT
from services.investigation.playbooks.chains import CHAINS
from services.investigation.playbooks.facts import DepositCase
from services.investigation.playbooks.verdict import Verdict

TICKER = re.compile(r"[A-Z0-9.]{1,12}\Z")
NUMBERS = ("required", "confirmations", "minimum", "tag_onchain")


def explanation(case: DepositCase, verdict: Verdict) -> str:
    """The verdict's sentence; what a stranger wrote is never quoted in it."""
    return DEPOSIT.verdicts[verdict.code].explanation.format_map(_words(case, verdict.details))


def _words(case: DepositCase, details: Mapping[str, object]) -> dict[str, str]:
    asset = _ticker(case.claim.asset) or _ticker(case.asset) or "this asset"
    amount, found = details.get("amount_onchain"), details.get("found_on", case.chain)
    onchain = details.get("asset_onchain", asset)
    asked = details.get("asked", [case.chain])
    return {
        "asset": asset,
        "deposit": "deposit" if amount is None else f"deposit of {amount} {onchain}",
        "moved": f"{amount} {onchain}" if "asset_onchain" in details else "another token",
        "paid_to": str(details.get("paid_to", "another address")),
        "network": _label(case.chain),
        "found_on": _label(str(found)),
        "networks": _listed(map(_label, asked if isinstance(asked, list) else [])),
        **{name: str(details.get(name, "unknown")) for name in NUMBERS},
    }


def _ticker(text: str | None) -> str | None:
    ticker = (text or "").strip().upper()
    return ticker if TICKER.match(ticker) else None


def _label(chain: str) -> str:
    return CHAINS[chain].label if chain in CHAINS else "the network"


def _listed(words: Iterable[str]) -> str:
    *first, last = dict.fromkeys(words)
    return f"{', '.join(first)} or {last}" if first else last
