"""What customers may send, field by field; whatever else stands in a body is refused."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
)

from services.intake import rules
from shared.events.base import Category, ComplaintFacts
from shared.events.personal import Personal
from shared.http.errors import ProblemError
from shared.http.problem import faults
from shared.reference import reference_of


def _instant(value: object, info: ValidationInfo) -> datetime | None:
    now: datetime = (info.context or {})["now"]
    return None if value is None else rules.instant(value, now)


Line = Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(rules.line)]
Prose = Annotated[str, Field(min_length=1, max_length=20_000), AfterValidator(rules.prose)]
Word = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(rules.word)]
Mailbox = Annotated[str, Field(max_length=320), AfterValidator(rules.mailbox)]
Ticker = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._\-]{0,15}$"), AfterValidator(str.upper)
]
DecimalText = Annotated[str, Field(pattern=r"^[0-9]{1,20}(\.[0-9]{1,18})?$")]
Language = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$")]
Channel = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Instant = Annotated[datetime | None, BeforeValidator(_instant)]
DecisionId = Annotated[str, Field(pattern=r"^[A-Za-z0-9:_\-]{1,100}$")]


class Form(BaseModel):
    """A body at the border: strict types, no field beyond its own."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)
    takes_files: ClassVar[bool] = False


class Submission(Form):
    """A complaint; amounts are decimal strings in units of `asset`."""

    takes_files: ClassVar[bool] = True
    subject: Line
    description: Prose
    user_id: Word | None = None
    contact_email: Mailbox | None = None
    category: Category | None = None
    language: Language | None = None
    txid: Word | None = None
    address: Word | None = None
    order_id: Word | None = None
    amount: DecimalText | None = None
    asset: Ticker | None = None
    network: Word | None = None
    memo: Word | None = None
    occurred_at: Instant = None
    channel: Channel = "web_form"

    def facts(self, complaint: str, received_at: datetime) -> ComplaintFacts:
        """The complaint as the later stages need it."""
        same = self.model_dump(
            include={"channel", "user_id", "txid", "address", "order_id", "asset"}
            | {"memo", "occurred_at"}
        )
        return ComplaintFacts(
            reference=reference_of(complaint),
            subject=Personal(self.subject),
            description=Personal(self.description),
            received_at=received_at,
            contact=Personal(self.contact_email) if self.contact_email else None,
            category_hint=self.category,
            language_hint=self.language,
            amount=Decimal(self.amount) if self.amount else None,
            **rules.network_facts(self.network),
            **same,
        )


class Message(Form):
    """More facts; what has a field of its own is best given there."""

    takes_files: ClassVar[bool] = True
    text: Prose
    txid: Word | None = None
    user_id: Word | None = None
    order_id: Word | None = None
    address: Word | None = None
    amount: DecimalText | None = None
    asset: Ticker | None = None

    def supplied(self) -> dict[str, str]:
        """The facts given in fields."""
        return self.model_dump(exclude={"text"}, exclude_none=True)


class Appeal(Form):
    """What is contested in a decision, and why."""

    decision_id: DecisionId
    points: Annotated[list[Line], Field(max_length=20)] = []
    reason: Prose


class Confirmation(Form):
    """Whether a decision is acceptable."""

    decision_id: DecisionId
    satisfied: bool


class Rating(Form):
    """How a decision was made, 1 (bad) to 5 (good)."""

    decision_id: DecisionId
    score: Annotated[int, Field(ge=1, le=5)]
    reason: Line | None = None
    comment: Prose | None = None


class Withdrawal(Form):
    """Why a complaint is taken back."""

    reason: Prose | None = None


F = TypeVar("F", bound=Form)


def parse(form: type[F], body: dict[str, Any], now: datetime) -> F:
    """Validate a body. Raises ProblemError 422 naming the fields at fault."""
    try:
        return form.model_validate(body, context={"now": now})
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False, include_context=False)
        raise ProblemError(422, "invalid_request", errors=faults(found)) from error
