"""The judge of identity checks: the vendor's record as the playbook's facts."""

from pydantic import TypeAdapter

from services.investigation.playbooks.kyc import KYC, KycCase, judge_kyc
from services.investigation.rules.filing import content
from services.investigation.rules.judging import Judgement, by_sheet
from services.investigation.rules.reading import read
from services.investigation.state import InvestigationState
from shared.connectors.records import KycRecord
from shared.decider import Context

IDENTITY = "identity"  # the source
_RECORD = TypeAdapter(KycRecord)


def judged(state: InvestigationState, context: Context) -> Judgement | str:
    """What the identity playbook makes of the evidence."""
    record = read(_RECORD, content(state, IDENTITY).get("record"))
    if record is None:
        return "facts-missing"
    found = judge_kyc(KycCase(record, context.now))
    return found if isinstance(found, str) else by_sheet(KYC, found)
