"""The AsyncAPI document is valid, and says what the log really holds.

`data/asyncapi-3.0.0.json.gz` is the specification's own schema (asyncapi/spec-json-schemas,
Apache-2.0), as in the npm package @asyncapi/specs.
"""

import gzip
import json
from pathlib import Path

import jsonschema
import pytest

from shared.contract import ASYNCAPI
from shared.envelope import MODELS, write
from shared.headers import headers
from shared.pipeline import LANES, ROWS
from shared.testing.builders import an_envelope

SPECIFICATION = Path(__file__).parent / "data/asyncapi-3.0.0.json.gz"
DOCUMENT = json.loads(ASYNCAPI.read_text("utf-8"))
EMITTED = [model for row in ROWS for model in row.emits]


def invalid(document):
    schema = json.loads(gzip.decompress(SPECIFICATION.read_bytes()))
    return [error.message for error in jsonschema.Draft7Validator(schema).iter_errors(document)]


def test_the_document_is_asyncapi_3():
    assert invalid(DOCUMENT) == []
    assert invalid({**DOCUMENT, "channels": {"a": {"adress": "misspelt"}}})


def test_every_topic_of_events_is_a_channel_with_what_its_stage_emits():
    told = {c["address"]: sorted(c["messages"]) for c in DOCUMENT["channels"].values()}

    assert told == {
        row.topic("events", lane): sorted(model.event_type for model in row.emits)
        for row in ROWS
        for lane in LANES
    }


@pytest.mark.parametrize("model", EMITTED, ids=lambda m: m.event_type)
def test_a_written_event_and_its_headers_fit_the_message(model):
    envelope = an_envelope(model)
    body, schemas = json.loads(write(envelope)), DOCUMENT["components"]["schemas"]
    _, own = DOCUMENT["components"]["messages"][model.event_type]["payload"]["allOf"]
    data = ASYNCAPI.parent / own["properties"]["data"]["$ref"]

    jsonschema.validate(body, schemas["envelope"])
    jsonschema.validate(dict_of(headers(envelope)), schemas["headers"])
    jsonschema.validate(body["data"], json.loads(data.read_text("utf-8")))
    assert body["type"] == own["properties"]["type"]["const"]


def dict_of(pairs):
    return {name: value.decode() for name, value in pairs}


def test_no_input_is_promised_to_readers():
    inputs = MODELS.keys() - {model.event_type for model in EMITTED}

    assert not inputs & DOCUMENT["components"]["messages"].keys()
