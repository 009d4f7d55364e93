"""The page about staff: its table names every command, with its fields and its service."""

import re
from pathlib import Path

import pytest

from services.intake.erasing import api as erasing
from services.intake.linking import api as linking
from services.intake.verification import api as verification
from services.investigation import api as investigation
from services.notify import commands as notify
from services.resolution import api as resolution
from services.triage import api as triage

PAGE = (Path(__file__).parents[2] / "docs/staff.md").read_text("utf-8")
SERVICES = {
    "intake": {**verification.COMMANDS, **linking.COMMANDS, **erasing.COMMANDS},
    "triage": triage.COMMANDS,
    "investigation": investigation.COMMANDS,
    "resolution": resolution.COMMANDS,
    "notify": notify.COMMANDS,
}


def told():
    """Each command of the table, with its service and fields."""
    _, _, commands = PAGE.partition("## Commands")
    for row in re.findall(r"^\| (`.*) \|$", commands, re.MULTILINE):
        names, fields, service, _ = row.split(" | ")
        for name in re.findall(r"`([\w-]+)`", names):
            yield service, name, fields.split(", ")


def test_the_table_names_every_command_and_no_other():
    commands = [(service, name) for service, found in SERVICES.items() for name in found]
    assert sorted((service, name) for service, name, _ in told()) == sorted(commands)


@pytest.mark.parametrize(("service", "name", "fields"), list(told()))
def test_the_table_names_the_fields_of_a_command(service, name, fields):
    assert set(fields) == set(SERVICES[service][name].body.model_fields)
