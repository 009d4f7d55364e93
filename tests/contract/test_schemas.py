"""The published contract: every type has a schema and examples, and the examples stay readable."""

import json
from pathlib import Path

import jsonschema
import pytest

from shared.contract import FOLDER, drift
from shared.envelope import MODELS, read, write
from shared.events.upcasts import UPCASTS, current
from shared.testing.builders import an_envelope

EXAMPLES = FOLDER.parent / "examples"
FILES = sorted(EXAMPLES.glob("*/*.json"))


def test_the_committed_schemas_are_what_the_models_say():
    assert drift() == []


def test_every_type_has_an_example():
    assert sorted([*MODELS, *UPCASTS]) == sorted({path.parent.name for path in FILES})


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.parent.name)
def test_a_committed_example_is_still_read_and_fits_its_schema(path: Path):
    body = json.loads(path.read_text("utf-8"))
    schema = json.loads((FOLDER / f"{path.parent.name}.json").read_text("utf-8"))

    envelope = read(json.dumps(body).encode(), [])

    jsonschema.validate(body["data"], schema)
    assert body["type"] == path.parent.name
    assert body["dataschema"] == f"urn:redress:schema:{path.parent.name}"
    assert envelope.type == current(body)["type"]


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda m: m.event_type)
def test_a_written_event_reads_back_to_the_same_bytes(model):
    value = write(an_envelope(model))

    assert write(read(value, [], model.event_type)) == value


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda m: m.event_type)
def test_a_field_that_a_later_version_adds_is_ignored(model):
    body = json.loads(write(an_envelope(model)))
    body["data"]["added_later"] = {"any": "thing"}
    body["extension_of_tomorrow"] = 1

    assert read(json.dumps(body).encode(), []).type == model.event_type
