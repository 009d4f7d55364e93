"""The deposit playbook: a deposit that did not arrive, judged from recorded answers; pure."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from services.investigation.playbooks.catalogue import DEPOSIT
from services.investigation.playbooks.chains import CHAINS, transaction_id
from services.investigation.playbooks.decoders import sight
from services.investigation.playbooks.deposit_rules import JUDGEMENT
from services.investigation.playbooks.evidence import Evidence
from services.investigation.playbooks.explain import explanation
from services.investigation.playbooks.facts import DepositCase
from services.investigation.playbooks.sighting import UNCLEAR, Seen, Sighting
from services.investigation.playbooks.verdict import (
    Details,
    Verdict,
    moved,
    progress,
    unclear,
)


@dataclass(frozen=True)
class DepositFinding:
    """The finding in the shape of the command line; `details["verdict"]` is the finer code."""

    id: str | int
    finding: str
    details: Details
    remedy: str
    explanation: str

    def as_dict(self) -> dict[str, object]:
        """The finding as one JSON object."""
        return asdict(self)


def judge_deposit(case: DepositCase) -> DepositFinding:
    """The case by its recorded answers; never raises on any case."""
    txid = transaction_id(case.claim.txid or "") or ""
    asked = {**case.responses_other_chains, case.chain: case.responses}
    return judge_seen(case, {name: sight(name, answers, txid) for name, answers in asked.items()})


def judge_seen(case: DepositCase, seen: Mapping[str, Sighting]) -> DepositFinding:
    """The first question of the judgement that has an answer; `seen` by the networks asked."""
    verdict = _judged(case, seen)
    row = DEPOSIT.verdicts[verdict.code]
    return DepositFinding(
        id=case.id,
        finding=row.finding,
        details={"verdict": verdict.code, **verdict.details},
        remedy=DEPOSIT.remedy(verdict.code),
        explanation=explanation(case, verdict),
    )


def _judged(case: DepositCase, seen: Mapping[str, Sighting]) -> Verdict:
    txid = transaction_id(case.claim.txid or "")
    if txid is None:
        return Verdict("MALFORMED", {"malformed": True})
    here = seen.get(case.chain, UNCLEAR)
    if here.seen is not Seen.FOUND:
        return _not_here(case, txid, {**seen, case.chain: here})
    evidence = Evidence(case, txid, CHAINS[case.chain], here)
    verdict = next(_answers(evidence))
    return Verdict(verdict.code, progress(evidence) | moved(evidence) | verdict.details)


def _answers(evidence: Evidence) -> Iterator[Verdict]:
    return (verdict for rule in JUDGEMENT if (verdict := rule(evidence)) is not None)


def _not_here(case: DepositCase, txid: str, seen: Mapping[str, Sighting]) -> Verdict:
    """Absent here: perhaps on another network. A node that did not answer decides nothing."""
    if seen[case.chain].seen is Seen.ABSENT:
        for name, sighting in seen.items():
            if sighting.seen is Seen.FOUND:
                return _elsewhere(Evidence(case, txid, CHAINS[name], sighting))
    silent = [name for name, sighting in seen.items() if sighting.seen is Seen.UNCLEAR]
    if silent:
        return unclear(*silent)
    return Verdict("REPLACED" if case.seen_before else "NOT_FOUND", {"asked": sorted(seen)})


def _elsewhere(evidence: Evidence) -> Verdict:
    """Whoever holds the key of the address can reach it on every network of the same kind."""
    found = {"found_on": evidence.chain.name, "recoverable": bool(evidence.ours)}
    return Verdict("WRONG_NETWORK", found | moved(evidence))
