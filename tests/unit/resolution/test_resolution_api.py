"""The staff commands' bodies, and what becomes of them."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from services.resolution.api import COMMANDS
from shared.http.tokens import Principal

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def build(name, **body):
    command = COMMANDS[name]
    staff = Principal("sup-1", frozenset({"supervisor"}))
    return command.build(command.body.model_validate(body), staff, NOW)


@pytest.mark.parametrize(("name", "yes"), [("approve", True), ("deny", False)])
def test_a_verdict_names_its_proposal_and_its_person(name, yes):
    made = build(name, proposal_id="p-1", reason="checked")

    assert (made.proposal_id, made.approve, made.staff, made.reason) == (
        "p-1",
        yes,
        "sup-1",
        "checked",
    )


@pytest.mark.parametrize("name", ["freeze", "unfreeze"])
def test_a_freeze_and_its_end_need_a_reason_alone(name):
    made = build(name, reason="taken-over")

    assert (made.event_type.split(".")[1], made.staff) == (f"{name}-submitted", "sup-1")


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("freeze", {}),
        ("freeze", {"reason": "Mr. Smith called me"}),
        ("freeze", {"reason": "x" * 65}),
        ("freeze", {"reason": "taken-over", "user_id": "u-1"}),
        ("approve", {"reason": "checked"}),
        ("approve", {"reason": "checked", "proposal_id": ""}),
        ("approve", {"reason": "checked", "proposal_id": "p" * 101}),
    ],
)
def test_a_body_that_says_too_little_or_too_much_is_refused(name, body):
    with pytest.raises(ValidationError):
        build(name, **body)


def test_only_supervisors_approve_and_unfreeze_and_agents_may_freeze():
    roles = {name: command.roles for name, command in COMMANDS.items()}

    assert roles["freeze"] == {"agent", "supervisor"}
    assert roles["approve"] == roles["deny"] == roles["unfreeze"] == {"supervisor", "director"}
