"""What the self-service pages tell, from the same playbook that judges complaints. Pure.

A visitor is nobody in particular: the exchange's books about deposits and addresses are never
asked, and the address given stands for the visitor's own.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from services.investigation.playbooks.chains import CHAINS, transaction_id
from services.investigation.playbooks.deposit import judge_seen
from services.investigation.playbooks.facts import deposit_case
from services.investigation.rules.plan import REACHABLE, network_of
from services.investigation.rules.witnesses import seen
from shared.connectors.models import Asset, Kyc
from shared.events.investigation import ClaimedFacts

Tone = Literal["good", "wait", "urgent"]
SHOWN = ("confirmations", "required", "amount_onchain", "minimum", "paid_to")
NETWORKS = tuple((chain.name, chain.label) for chain in CHAINS.values())
# The playbook's findings in a stranger's case: without our books, a full count is all we know.
_CODES = {"credited_internal_delay": "complete", "manual_review": "unclear"}
_TONES: dict[str, Tone] = {"complete": "good", "confirmed_wait": "wait", "unclear": "wait"}
SIGNS = (
    "unknown_login",
    "unknown_withdrawal",
    "changed_contact",
    "gave_code",
    "unknown_key",
    "remote_help",
)
HABITS = ("own_password", "two_factor", "whitelist", "mailbox")
FULL_LEVEL = 2


@dataclass(frozen=True)
class Verdict:
    """What is said, by its code; `details` are the chain's own numbers."""

    code: str
    tone: Tone
    details: Mapping[str, object]


UNREACHABLE = Verdict("unreachable", "wait", {})


@dataclass(frozen=True)
class Transfer:
    """A transfer as a visitor describes it; `network` by any of its names."""

    txid: str
    network: str
    address: str

    @property
    def chain(self) -> str | None:
        """The network in its one name."""
        return network_of(ClaimedFacts(network=self.network))


def refused(transfer: Transfer) -> Verdict | None:
    """What can be said without asking anybody."""
    if transaction_id(transfer.txid) is None:
        return Verdict("malformed", "urgent", {})
    return None if transfer.chain in REACHABLE else UNREACHABLE


def judged(transfer: Transfer, asset: Asset, told: Mapping[str, Any]) -> Verdict:
    """The playbook's verdict on a transfer to the visitor's address, by what the nodes told."""
    chain = CHAINS[transfer.chain or ""]
    claim = {"txid": transfer.txid, "address": transfer.address, "asset": chain.assets[0]}
    platform = {
        "assigned_deposit_address": transfer.address,
        "required_confirmations": asset.required_confirmations,
        "min_deposit": asset.min_deposit,
    }
    facts = {"id": 0, "chain": chain.name, "asset": chain.assets[0], "claim": claim}
    case = deposit_case({**facts, "platform": platform, "responses": {}})
    txid = transaction_id(transfer.txid) or ""
    found = judge_seen(case, seen(chain.name, told, txid))
    code = code_of(found.finding)
    details = {name: found.details[name] for name in SHOWN if name in found.details}
    return Verdict(code, _TONES.get(code, "urgent"), details)


def code_of(finding: str) -> str:
    """What a finding of the playbook is called where our own books were not asked."""
    return _CODES.get(finding, finding)


def security(ticked: Collection[str]) -> Verdict:
    """What the ticked boxes of the checklist call for."""
    if set(SIGNS) & set(ticked):
        return Verdict("act", "urgent", {})
    missing = set(HABITS) - set(ticked)
    return Verdict("improve" if missing else "fine", "wait" if missing else "good", {})


def identity(kyc: Kyc) -> Verdict:
    """How far the identity check is, and so what is needed next."""
    state = kyc.state.lower()
    if state in ("rejected", "refused", "failed", "expired"):
        return Verdict("again", "urgent", {"level": kyc.level})
    if state in ("pending", "in_review", "submitted"):
        return Verdict("waiting", "wait", {"level": kyc.level})
    done = kyc.level >= FULL_LEVEL and state == "verified"
    return Verdict("done" if done else "start", "good" if done else "wait", {"level": kyc.level})
