"""The stage table against what is there: folders, rules, schemas, manifests and documentation."""

import ast
import importlib
import typing
from functools import cache
from pathlib import Path
from types import NoneType

import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from deploy.manifests import BASE
from services.notify.timeline import title_of
from shared import contract, metrics
from shared.events.base import LaneRaised, Model, TimerElapsed
from shared.http.limits import FORM_BYTES, UPLOADS_AT_ONCE
from shared.pipeline import ROWS, SERVICES, STAGES
from shared.settings import Settings

ROOT = Path(__file__).parents[2]
STAND_INS = {"sandbox"}
EVENTS = [model for row in ROWS for model in row.emits]
MODELS = [*EVENTS, *(model for row in ROWS for model in row.takes)]
each_stage = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


def folder(row):
    return ROOT.joinpath(*row.package.split("."))


def decider(row):
    return importlib.import_module(f"{row.package}.decide").DECIDER


def of_stage(model):
    return model.event_type


def payloads(kind=Model):
    """Every model that an event or input is made of."""
    for model in kind.__subclasses__():
        yield model
        yield from payloads(model)


@cache
def code(row):
    """The stage's own modules; a stage that lies inside another's folder is not part of it."""
    others = [folder(other) for other in ROWS if other.package.startswith(f"{row.package}.")]
    return [p for p in folder(row).rglob("*.py") if not any(o in p.parents for o in others)]


@cache
def made(row):
    """The names that the stage's code calls: the events it makes are among them."""
    calls = (n for path in code(row) for n in ast.walk(ast.parse(path.read_text("utf-8"))))
    functions = (call.func for call in calls if isinstance(call, ast.Call))
    return {getattr(f, "id", getattr(f, "attr", "")) for f in functions}


@cache
def operations():
    return (ROOT / "docs/operations.md").read_text("utf-8")


def collectors():
    return [m for m in vars(metrics).values() if isinstance(m, MetricWrapperBase)]


def test_every_service_of_the_table_has_a_folder_and_every_folder_a_row():
    found = {path.parent.name for path in (ROOT / "services").glob("*/main.py")}
    assert found - STAND_INS == set(SERVICES)


@each_stage
def test_a_stage_has_its_rules_its_state_and_its_page(row):
    for name in ("decide", "state"):
        assert (folder(row) / name).is_dir() or (folder(row) / f"{name}.py").exists()
    page = (folder(row) / "README.md").read_text("utf-8")
    assert page.startswith("# ")


@each_stage
def test_a_stage_is_served_by_the_service_that_the_table_names(row):
    service = importlib.import_module(f"services.{row.service}.main").SERVICE
    assert len(service.parts) == sum(other.service == row.service for other in ROWS)


@each_stage
def test_a_stage_decides_on_nothing_but_what_it_reads_and_takes(row):
    read = {model for name in row.reads for model in STAGES[name].emits}
    assert set(decider(row).decide_table) - {TimerElapsed} - set(row.takes) <= read


@each_stage
def test_a_stage_decides_on_every_input_it_takes(row):
    assert set(row.takes) <= set(decider(row).decide_table)


@each_stage
def test_a_stage_keeps_nothing_of_events_that_are_not_its_own(row):
    assert set(decider(row).evolve_table) <= set(row.emits)


def test_an_event_type_is_declared_once():
    names = [model.event_type for model in MODELS]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("model", EVENTS, ids=of_stage)
def test_an_event_is_made_by_the_stage_that_owns_it_and_no_other(model):
    owner = next(row for row in ROWS if model in row.emits)
    makers = {row.name for row in ROWS if model.__name__ in made(row)}
    if issubclass(model, LaneRaised):  # the runner makes it too, for whoever sees an express event
        makers.add(owner.name)
    assert makers == {owner.name}


@pytest.mark.parametrize("model", MODELS, ids=of_stage)
def test_an_event_model_says_in_one_line_what_happened(model):
    first, _, _ = (vars(model).get("__doc__") or "").partition("\n")
    assert first.endswith((".", ":", ";"))


def test_a_field_that_may_be_empty_has_a_default_since_empty_ones_are_not_written():
    ours = {model for model in payloads() if model.__module__.startswith("shared.events")}
    fields = ((m.__name__, name, f) for m in ours for name, f in m.model_fields.items())
    assert [
        (model, name)
        for model, name, field in fields
        if field.is_required() and NoneType in typing.get_args(field.annotation)
    ] == []


def test_the_timeline_sees_every_stage_and_tells_all_events_apart():
    assert {*STAGES["notify"].reads, "notify"} == set(STAGES)
    titles = [title_of(model.event_type) for model in EVENTS]
    assert all(titles)
    assert sorted(set(titles)) == sorted(titles)


def test_the_schemas_are_those_of_the_models():
    assert contract.drift() == []


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_is_described_and_documented(name):
    assert Settings.model_fields[name].description
    assert f"`REDRESS_{name.upper()}`" in operations()


@pytest.mark.parametrize("metric", collectors(), ids=lambda metric: metric.describe()[0].name)
def test_a_metric_is_documented(metric):
    family = metric.describe()[0]
    suffix = "_total" if family.type == "counter" else ""
    assert f"`{family.name}{suffix}`" in operations()


@pytest.mark.parametrize("unit", [*SERVICES, "express"])
def test_a_service_is_deployed(unit):
    objects = yaml.safe_load_all((BASE / f"{unit}.yaml").read_text("utf-8"))
    (deployment,) = (o for o in objects if o["kind"] == "Deployment")
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    wanted = ["all", "--lane", "express"] if unit == "express" else [unit, "--lane", "normal"]
    assert container["args"] == wanted


def test_all_uploads_of_a_moment_have_room_in_intakes_pod():
    objects = yaml.safe_load_all((BASE / "intake.yaml").read_text("utf-8"))
    (deployment,) = (o for o in objects if o["kind"] == "Deployment")
    (tmp,) = deployment["spec"]["template"]["spec"]["volumes"]
    size = int(tmp["emptyDir"]["sizeLimit"].removesuffix("Mi")) << 20
    assert size > FORM_BYTES * UPLOADS_AT_ONCE


def test_the_image_ships_no_server():
    locks = ROOT / "requirements"
    names = [line.partition("==")[0] for line in (locks / "servers.in").read_text().splitlines()]
    servers = [name for name in names if name and not name.startswith("#")]
    assert servers
    for lock in ("runtime.lock", "build.lock"):
        assert [name for name in servers if f"{name}==" in (locks / lock).read_text()] == []
