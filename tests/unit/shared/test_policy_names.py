"""A policy that lacks a name which the rules ask for is refused at the start, not at a payment."""

import pytest
import yaml

from services.intake.verification.outcome import CONTACT, SESSION
from services.resolution.rules.proofs import ASKS
from shared.cli.main import main
from shared.errors import UsageError
from shared.policy import ACTIONS_IN_USE, PROOFS_IN_USE, IdentityPolicy, load

DEFAULT = load("default")


def lacking(part, name):
    """The default policy without one name of its identity part, as a file would hold it."""
    policy = DEFAULT.model_dump(mode="json")
    del policy["identity"][part][name]
    return policy


@pytest.mark.parametrize(
    ("part", "name"),
    [
        *(("actions", name) for name in sorted({*ASKS.values()})),
        ("proofs", CONTACT),
        ("proofs", SESSION),
    ],
)
def test_a_name_that_rules_ask_for_and_nobody_gave_is_named(part, name):
    with pytest.raises(UsageError, match=rf"identity\.{part}.* {name}.*shared/policies/default"):
        type(DEFAULT).model_validate(lacking(part, name))


def test_all_that_is_missing_is_said_at_once():
    with pytest.raises(UsageError, match="add be_paid, unfreeze with"):
        IdentityPolicy.model_validate({**DEFAULT.identity.model_dump(), "actions": {}})


def test_no_more_is_asked_of_a_policy_than_the_rules_look_up():
    assert set(ACTIONS_IN_USE) == {*ASKS.values()}
    assert set(PROOFS_IN_USE) == {CONTACT, SESSION}


def test_names_of_an_installation_s_own_are_welcome():
    own = DEFAULT.identity.actions | {"close_account": "L3"}

    assert IdentityPolicy(proofs=DEFAULT.identity.proofs, actions=own).actions == own


def test_the_command_line_says_it(tmp_path, capsys):
    file = tmp_path / "own.yaml"
    file.write_text(yaml.safe_dump(lacking("actions", "be_paid")), "utf-8")

    with pytest.raises(SystemExit) as end:
        main(["policy", "diff", "default", str(file), "--from", str(tmp_path)])

    assert end.value.code == 2
    assert "add be_paid with" in capsys.readouterr().err
