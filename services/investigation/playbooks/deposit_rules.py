"""The judgement of a deposit that was found on its network: one rule per question, in order."""

from collections.abc import Callable

from services.investigation.playbooks.amounts import plain
from services.investigation.playbooks.catalogue import DEPOSIT
from services.investigation.playbooks.evidence import Evidence
from services.investigation.playbooks.verdict import Verdict, focus, unclear
from shared.rules.addresses import equal_only_without_case

Rule = Callable[[Evidence], Verdict | None]


def failed(evidence: Evidence) -> Verdict | None:
    """A transaction that failed moved nothing."""
    return Verdict("FAILED_ON_CHAIN") if evidence.seen.failed else None


def taken(evidence: Evidence) -> Verdict | None:
    """What is credited or claimed already is not credited again, not even in part."""
    if evidence.is_taken(evidence.credited):
        user = evidence.case.platform.user
        same = all(row.user in (None, user) for row in evidence.credited)
        return Verdict("ALREADY_CREDITED", {"credited_to_same_user": same})
    if evidence.is_taken(evidence.credited + evidence.claimed):
        return Verdict("ALREADY_CLAIMED")
    return None


def wrong_asset(evidence: Evidence) -> Verdict | None:
    """The asset is told by its contract alone: anybody may give a token any name."""
    if any(t in evidence.right for t in evidence.ours):
        return None
    seen = evidence.seen
    if not evidence.ours and _may_hide(evidence):
        return Verdict("PENDING" if seen.pending else "CONTRACT_INTERNAL")
    if evidence.right and not evidence.ours:
        return None
    if evidence.asked is None:
        return _unlisted(evidence)
    moved = _moved(evidence)
    return Verdict("WRONG_TOKEN" if "asset_onchain" in moved else "FAKE_CONTRACT", moved)


def _may_hide(evidence: Evidence) -> bool:
    """Whether the coins may have moved where neither logs nor value show it."""
    native = evidence.asked is not None and not evidence.asked.contract
    return not evidence.seen.transfers or (native and evidence.seen.opaque)


def _unlisted(evidence: Evidence) -> Verdict:
    """Without a list of contracts nobody can say which token the customer means."""
    listed = evidence.lists_tokens or not evidence.chain.has_tokens
    moved = _moved(evidence)
    return Verdict("UNSUPPORTED_TOKEN", moved) if listed else unclear(evidence.chain.name)


def _moved(evidence: Evidence) -> dict[str, object]:
    about = focus(evidence)
    coin = evidence.coins.get(about[0].contract)
    if coin is not None:
        return {"asset_onchain": coin.ticker}
    return {"contract_onchain": evidence.chain.spelled(about[0].contract)}


def wrong_case(evidence: Evidence) -> Verdict | None:
    """The claimed string is the assigned address but for letters whose case matters."""
    claimed, assigned = evidence.case.claim.address, evidence.case.platform.assigned_deposit_address
    if not claimed or not equal_only_without_case(claimed, assigned, evidence.chain.address):
        return None
    valid = evidence.chain.parse(claimed) is not None
    paid = bool(evidence.ours)
    return Verdict("WRONG_LETTER_CASE", {"claimed_checksum_valid": valid, "paid_assigned": paid})


def wrong_address(evidence: Evidence) -> Verdict | None:
    """No output pays the assigned address; whose the paid one is, is never told."""
    if evidence.ours:
        return None
    known = any(transfer.to in evidence.others for transfer in focus(evidence))
    return Verdict("OURS_OTHER_CLIENT" if known else "WRONG_ADDRESS")


def wrong_tag(evidence: Evidence) -> Verdict | None:
    """The tag that tells customers of one address apart is missing or another's; 0 is a tag."""
    expected = evidence.tag
    if not evidence.chain.tags or expected is None:
        return None
    tags = {transfer.tag for transfer in evidence.payable}
    if tags == {expected}:
        return None
    found = next(iter(tags - {expected}))
    return Verdict("MISSING_TAG") if found is None else Verdict("WRONG_TAG", {"tag_onchain": found})


def below_minimum(evidence: Evidence) -> Verdict | None:
    """Nothing of what came reaches the minimum."""
    if evidence.creditable:
        return None
    if evidence.worth(evidence.payable) is None:
        return None if evidence.seen.pending else unclear(evidence.chain.name)
    return Verdict("BELOW_MINIMUM", {"minimum": plain(evidence.case.platform.min_deposit)})


def confirmed(evidence: Evidence) -> Verdict:
    """Nothing is wrong with the deposit: either the network is not done yet, or we are late."""
    seen = evidence.seen
    if seen.reorged:
        return Verdict("REORGED")
    if seen.final or (seen.confirmations or 0) >= evidence.required:
        return Verdict(DEPOSIT.held.get((evidence.held or "").lower(), "INTERNAL_DELAY"))
    if seen.confirmations is None:
        return unclear(evidence.chain.name)
    return Verdict("PENDING" if seen.pending else "CONFIRMING")


JUDGEMENT: tuple[Rule, ...] = (
    failed,
    taken,
    wrong_asset,
    wrong_case,
    wrong_address,
    wrong_tag,
    below_minimum,
    confirmed,
)
