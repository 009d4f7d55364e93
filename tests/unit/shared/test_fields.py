"""Forms made from the models of commands, and bodies made from forms."""

from datetime import date, datetime
from typing import Annotated, Literal

import pytest
from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from services.intake.linking.api import COMMANDS as LINKING
from services.intake.verification.api import COMMANDS as VERIFICATION
from services.investigation.api import COMMANDS as INVESTIGATION
from services.notify.commands import COMMANDS as NOTIFY
from services.resolution.api import COMMANDS as RESOLUTION
from services.triage.api import COMMANDS as TRIAGE
from shared.events.base import Amount
from shared.pages.fields import ROWS, body_of, fields_of

EVERY = {**LINKING, **VERIFICATION, **INVESTIGATION, **NOTIFY, **RESOLUTION, **TRIAGE}


class Row(BaseModel):
    code: Literal["credit", "explain"]
    amount: Amount | None = None


class Body(BaseModel):
    reason: Annotated[str, Field(pattern="^[a-z]+$", description="a code")]
    words: str = Field(max_length=4000)
    share: float = Field(default=0.5, ge=0, le=1)
    sure: bool = False
    until: date | None = None
    at: AwareDatetime | None = None
    points: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


def kinds(model, **choices):
    return {field.name: field.kind for field in fields_of(model, choices)}


def test_each_kind_of_value_has_its_control():
    assert kinds(Body) == {
        "reason": "text",
        "words": "long",
        "share": "number",
        "sure": "check",
        "until": "day",
        "at": "time",
        "points": "lines",
        "rows": "rows",
    }
    by_name = {field.name: field for field in fields_of(Body)}
    assert (by_name["share"].least, by_name["share"].most) == (0, 1)
    assert [inner.kind for inner in by_name["rows"].fields] == ["choice", "text"]
    assert [name for name, field in by_name.items() if field.required] == ["reason", "words"]


def test_a_field_with_choices_is_chosen_from():
    chosen = kinds(Body, reason=[("a", "A")], points=[("x", "X")])
    assert (chosen["reason"], chosen["points"]) == ("choice", "many")


def test_what_was_filled_in_becomes_the_commands_body():
    given = {
        "reason": [" code "],
        "words": ["two\nlines"],
        "share": ["0.9"],
        "sure": ["true"],
        "until": ["2026-11-23"],
        "at": ["2026-11-23T10:00"],
        "points": ["one\n\n two "],
        "rows:0:code": ["credit"],
        "rows:0:amount": ["1.5"],
        "rows:1:code": [""],
        "rows:2:code": ["explain"],
        "other": ["ignored"],
    }
    body = Body.model_validate(body_of(fields_of(Body), given))
    assert (body.reason, body.words, body.share, body.sure) == ("code", "two\nlines", 0.9, True)
    assert body.until == date(2026, 11, 23)
    assert body.at == datetime.fromisoformat("2026-11-23T10:00Z")
    assert body.points == ("one", "two")
    assert [(row.code, str(row.amount)) for row in body.rows] == [
        ("credit", "1.5"),
        ("explain", "None"),
    ]


def test_an_empty_form_is_an_empty_body_and_no_more_rows_are_read_than_there_are():
    fields = fields_of(Body)
    assert body_of(fields, {}) == {}
    assert body_of(fields, {f"rows:{ROWS}:code": ["credit"]}) == {}


@pytest.mark.parametrize("name", EVERY)
def test_every_field_that_a_command_needs_can_be_filled_in(name):
    model = EVERY[name].body
    missing = {n for n, field in model.model_fields.items() if field.is_required()}
    assert missing <= set(kinds(model))
    with pytest.raises(ValidationError) as found:
        model.model_validate(body_of(fields_of(model), {}))
    assert {fault["type"] for fault in found.value.errors()} == {"missing"}
