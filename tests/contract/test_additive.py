"""Events change by additions only: what the last release promised is still so."""

import json
from copy import deepcopy

import pytest

from shared.compatibility import breaks, broken, committed, facts, released
from shared.contract import FOLDER

NAME = "redress.decision-made.v1"
SCHEMA = json.loads((FOLDER / f"{NAME}.json").read_text("utf-8"))


def test_every_promise_of_the_last_release_is_kept():
    assert broken(released(), committed()) == []


def test_a_type_that_is_gone_is_noticed():
    now = committed()
    del now[NAME]

    assert broken(released(), now) == [f"{NAME} is gone"]


def changed(change):
    """What is said of the schema after a change of a copy of it."""
    new = deepcopy(SCHEMA)
    change(new)
    return breaks(facts(SCHEMA), facts(new))


def removed(schema):
    del schema["properties"]["cause"]


def renamed(schema):
    schema["properties"]["reason"] = schema["properties"].pop("cause")


def retyped(schema):
    schema["properties"]["level"]["type"] = "string"


def one_value_fewer(schema):
    schema["properties"]["outcome"]["enum"].remove("goodwill")


def no_longer_always_there(schema):
    schema["required"].remove("finding")


def demanded(schema):
    schema["properties"]["weather"] = {"type": "string"}
    schema["required"].append("weather")


def demanded_now(schema):
    schema["required"].append("check_at")


def shorter(schema):
    schema["properties"]["finding"]["maxLength"] = 8


def another_form(schema):
    schema["properties"]["finding"]["pattern"] = "^a"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (removed, "cause is gone"),
        (renamed, "cause is gone"),
        (retyped, "level was integer, is string"),
        (one_value_fewer, "outcome no longer has goodwill"),
        (no_longer_always_there, "finding is no longer always there"),
        (demanded, "weather is new and required: old events lack it"),
        (demanded_now, "check_at is required now"),
        (shorter, "finding has a smaller maxLength"),
        (another_form, "finding has another pattern"),
    ],
)
def test_a_change_that_breaks_readers_is_named(change, told):
    assert changed(change) == [told]


def an_optional_field(schema):
    schema["properties"]["weather"] = {"type": "string", "default": ""}


def one_value_more(schema):
    schema["properties"]["outcome"]["enum"].append("partly_goodwill")


def a_description(schema):
    schema["properties"]["level"]["description"] = "1 or 2"


@pytest.mark.parametrize("change", [an_optional_field, one_value_more, a_description])
def test_an_addition_breaks_nobody(change):
    assert changed(change) == []


def test_a_field_within_a_list_or_another_model_is_held_too():
    deep = {
        "properties": {"rows": {"type": "array", "items": {"$ref": "#/$defs/Row"}}},
        "$defs": {"Row": {"type": "object", "properties": {"asset": {"type": "string"}}}},
    }
    flat = deepcopy(deep)
    del flat["$defs"]["Row"]["properties"]["asset"]

    assert breaks(facts(deep), facts(flat)) == ["rows[].asset is gone"]
