"""A verdict of the deposit playbook, and the details that every found transaction shares."""

from dataclasses import dataclass, field

from services.investigation.playbooks.amounts import plain
from services.investigation.playbooks.chains import CALLED
from services.investigation.playbooks.evidence import Evidence
from services.investigation.playbooks.sighting import Transfer
from shared.rules.addresses import EIP55_WARNING

Details = dict[str, object]


@dataclass(frozen=True)
class Verdict:
    """One row of the verdict table by its code, with what only this judgement knows."""

    code: str
    details: Details = field(default_factory=dict)


def unclear(*networks: str) -> Verdict:
    """The answers of these networks' nodes do not decide."""
    return Verdict("INDETERMINATE", {"indeterminate": True, "unclear": sorted(networks)})


def focus(evidence: Evidence) -> tuple[Transfer, ...]:
    """The transfers of one asset that the complaint is about, as far as the facts can tell."""
    moved = evidence.right or evidence.seen.transfers
    claimed = evidence.case.claim.amount
    guesses = (
        evidence.creditable,
        evidence.payable,
        evidence.ours,
        evidence.to_claimed,
        tuple(t for t in moved if t.to in evidence.others),
        tuple(t for t in moved if claimed is not None and evidence.worth([t]) == claimed),
        moved[:1],
    )
    found = next(filter(None, guesses), ())
    return tuple(t for t in found if t.contract == found[0].contract)


def moved(evidence: Evidence) -> Details:
    """What moved, and where to."""
    about = focus(evidence)
    address = about[0].address if about else ""
    if about and about[0].to == evidence.assigned:
        address = evidence.case.platform.assigned_deposit_address
    details: Details = {"paid_to": address} if address else {}
    places = [transfer.index for transfer in about if transfer.index is not None]
    if places:
        details["vout"] = places[0]
    if len(places) > 1:
        details["vouts"] = places
    return details | _amount(evidence, about)


def progress(evidence: Evidence) -> Details:
    """How deep the transaction is, how deep it has to be, and what the claim got wrong."""
    details: Details = {"required": evidence.required}
    if evidence.seen.confirmations is not None:
        details["confirmations"] = evidence.seen.confirmations
    if evidence.left:
        details["eta_seconds"] = evidence.left * evidence.chain.block_seconds
    claimed = evidence.chain.parse(evidence.case.claim.address or "")
    if claimed is not None and EIP55_WARNING in claimed.warnings:
        details["claimed_checksum_valid"] = False
    called = CALLED.get((evidence.case.claim.network or "").strip().lower())
    if called not in (None, evidence.chain.name):
        details["network_mismatch"] = True
    return details


def _amount(evidence: Evidence, about: tuple[Transfer, ...]) -> Details:
    amount = evidence.worth(about)
    if amount is None:
        return {}
    details: Details = {"amount_onchain": plain(amount)}
    claimed = evidence.case.claim.amount
    if claimed is not None and about[0] in evidence.right:
        details["amount_mismatch"] = claimed != amount
    return details
