"""The playbooks that judge the exchange's own records, one JSON object in, one out.

The records have the shape of the exchange's answers (`shared/connectors/records.py`, `trading.py`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from services.investigation.playbooks.api import API, ApiCase, judge_api
from services.investigation.playbooks.facts import FactsError
from services.investigation.playbooks.kyc import KYC, KycCase, judge_kyc
from services.investigation.playbooks.sheet import Found, Sheet
from services.investigation.playbooks.trade import judge_trade
from services.investigation.playbooks.trade_facts import TRADE, TradeCase
from services.investigation.playbooks.withdrawal import judge_withdrawal
from services.investigation.playbooks.withdrawal_facts import WITHDRAWAL, Payout, case_of
from shared.connectors.models import Moment
from shared.connectors.records import KycRecord

C = TypeVar("C")
Json = dict[str, object]


@dataclass(frozen=True)
class KycFacts:
    """The vendor's record, and the time of looking."""

    record: KycRecord
    now: Moment


@dataclass(frozen=True)
class _Playbook(Generic[C]):
    sheet: Sheet[Any]
    shape: TypeAdapter[C]
    judge: Callable[[C], Found | str]

    def __call__(self, facts: Json) -> Json:
        """The finding, or the code why a person is needed. Raises FactsError."""
        found = self.judge(_read(self.shape, facts))
        if isinstance(found, str):
            return {"id": facts.get("id"), "finding": None, "person": found}
        return {
            "id": facts.get("id"),
            "finding": found.finding,
            "details": dict(found.details),
            "remedy": self.sheet.remedy(found),
            "explanation": self.sheet.explanation(found),
        }


def _read(shape: TypeAdapter[C], facts: Json) -> C:
    if type(facts.get("id")) not in {str, int}:
        raise FactsError("wrong_type" if "id" in facts else "missing_field")
    try:
        return shape.validate_python(facts)
    except ValidationError as error:
        missing = any(found["type"] == "missing" for found in error.errors(include_url=False))
        raise FactsError("missing_field" if missing else "wrong_type") from None


def _kyc(facts: KycFacts) -> Found | str:
    return judge_kyc(KycCase(facts.record, facts.now))


def _withdrawal(facts: Payout) -> Found | str:
    return judge_withdrawal(case_of(facts))


BY_RECORD: Mapping[str, Callable[[Json], Json]] = MappingProxyType(
    {
        "withdrawal": _Playbook(WITHDRAWAL, TypeAdapter(Payout), _withdrawal),
        "trade": _Playbook(TRADE, TypeAdapter(TradeCase), judge_trade),
        "kyc": _Playbook(KYC, TypeAdapter(KycFacts), _kyc),
        "api": _Playbook(API, TypeAdapter(ApiCase), judge_api),
    }
)
