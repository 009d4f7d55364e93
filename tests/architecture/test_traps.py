"""The traps of our libraries: each has a guard, and some have it here."""

import ast
import base64
import importlib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest
from pydantic import AwareDatetime
from pydantic.fields import FieldInfo

from shared.decider import State
from shared.events.base import DueItem, Model
from shared.pipeline import ROWS, SERVICES
from shared.settings import Settings
from tests.architecture.traps import TRAPS

ROOT = Path(__file__).parents[2]
LOSING = {
    "max_workers": "a keyword",
    "group_instance_id": "a keyword",
    "transactional_id": "a keyword",
    "no_confirm": "a keyword",
    "publish_batch": "an attribute",
    "watch": "an attribute",
    "utcnow": "an attribute",
    "TestKafkaBroker": "a name",
    "AsgiFastStream": "a name",
}


@cache
def parsed(*folders):
    """Every module in these folders."""
    paths = (p for folder in folders for p in (ROOT / folder).rglob("*.py"))
    return [(path, ast.parse(path.read_text("utf-8"))) for path in paths]


def used(tree):
    """Keywords, attributes and imported names, each with what it is."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from ((k.arg, "a keyword") for k in node.keywords if k.arg)
        elif isinstance(node, ast.Attribute):
            yield node.attr, "an attribute"
        elif isinstance(node, ast.ImportFrom):
            yield from ((alias.name, "a name") for alias in node.names)


def calls(name):
    """The constant keywords of every call of that name in our code."""
    for _, tree in parsed("shared", "services"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name:
                yield {
                    k.arg: k.value.value for k in node.keywords if isinstance(k.value, ast.Constant)
                }


def payloads(kind):
    for model in kind.__subclasses__():
        yield model
        yield from payloads(model)


def ours():
    """Every model that is published, or stored in a state."""
    for row in ROWS:
        importlib.import_module(f"{row.package}.state")
    found = {*payloads(Model), *payloads(State)}
    return [m for m in found if m.__module__.startswith(("shared.", "services."))]


def parts(annotation):
    """An annotation and all that it is made of."""
    yield annotation
    for argument in get_args(annotation):
        yield from parts(argument)


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_has_its_guard(trap):
    path, name = TRAPS[trap]
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    defs = ast.FunctionDef | ast.AsyncFunctionDef
    names = [node.name for node in ast.walk(tree) if isinstance(node, defs)]
    assert any(found.startswith(name) for found in names)


@pytest.mark.parametrize("word", LOSING)
def test_no_code_uses_what_loses_or_reorders_records(word):
    users = [
        str(path.relative_to(ROOT))
        for path, tree in parsed("shared", "services")
        if (word, LOSING[word]) in set(used(tree))
    ]
    assert users == []


@pytest.mark.parametrize("client", ["KafkaBroker", "AIOKafkaProducer"])
def test_every_client_that_writes_is_safe(client):
    made = list(calls(client))
    assert made
    for keywords in made:
        assert (keywords["acks"], keywords["enable_idempotence"]) == ("all", True)
        assert client != "KafkaBroker" or keywords["allow_auto_create_topics"] is False


@pytest.mark.parametrize("service", SERVICES)
async def test_no_service_has_a_route_that_publishes_or_draws_pages_from_elsewhere(service):
    keys = {"master_key": base64.b64encode(bytes(32)).decode(), "token_key": bytes(32).hex()}
    app = importlib.import_module(f"services.{service}.main").create_app(Settings(**keys))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://redress") as client:
        assert (await client.get("/livez")).status_code != 404
        for path in ("/docs", "/docs/try", "/redoc", "/asyncapi", "/asyncapi/try"):
            for method in ("GET", "POST"):
                assert (await client.request(method, path)).status_code == 404


def test_an_instant_has_its_zone():
    naive = [
        (model.__name__, name)
        for model in ours()
        if model.__module__.startswith("shared.events")
        for name, field in model.model_fields.items()
        if datetime in parts(field.annotation) and not aware(field)
    ]
    assert set(naive) <= {(DueItem.__name__, "at")}  # of the stage's own making


def aware(field: FieldInfo) -> bool:
    """pydantic takes the mark of an aware instant out of the annotation."""
    return AwareDatetime in parts(field.annotation) or AwareDatetime in field.metadata


def test_no_value_of_ours_can_nest_without_end():
    free = [
        (model.__name__, name)
        for model in ours()
        for name, field in model.model_fields.items()
        if {Any, object, model} & set(filter(hashable, parts(field.annotation)))
    ]
    assert free == []


def hashable(part):
    return isinstance(part, type) or part is Any
