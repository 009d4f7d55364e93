"""The cluster's routes and doors are those of the code."""

import re

import pytest

from deploy.manifests import files
from deploy.routes import route
from shared.local.gateway import service_of
from shared.pipeline import STAGES

CASE = "/v1/complaints/0a0a0a0a-0000-4000-8000-00000000c0de"


def chosen(method, path):
    """The backend by the precedence of the Gateway API: exact, patterns, the longest prefix."""
    found = []
    rules = route()["spec"]["rules"]
    for match, (backend,) in ((m, rule["backendRefs"]) for rule in rules for m in rule["matches"]):
        kind, value = match["path"]["type"], match["path"]["value"]
        if match.get("method", method) != method:
            continue
        if kind == "PathPrefix" and f"{path}/".startswith(value.rstrip("/") + "/"):
            found.append((0, len(value), backend["name"]))
        if kind == "Exact" and path == value:
            found.append((2, len(value), backend["name"]))
        if kind == "RegularExpression" and re.fullmatch(value, path):
            found.append((1, len(value), backend["name"]))
    return max(found)[2]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("POST", place) for place in ("/v1/complaints", f"{CASE}/messages", "/v1/calls")),
        *(("POST", "/v1/persons/erase"), ("GET", f"{CASE}/copy")),
        *(("POST", place) for place in ("/v1/channels/app/messages", "/complain", "/chat/new")),
        *(("GET", place) for place in ("/", CASE, f"{CASE}/attachments/ab", f"{CASE}/raw/ab")),
        *(("GET", place) for place in ("/cases", "/cases/7", "/staff/triage/cases/7")),
        *(("POST", f"/staff/{name}/cases/7/x") for name in STAGES),
        *(("GET", place) for place in ("/complain", "/complaining", "/check/deposit", "/help/x")),
    ],
)
def test_the_clusters_routes_are_those_of_the_local_gateway(method, path):
    assert chosen(method, path) == f"redress-{service_of(method, path)}"


def test_mail_reaches_intake_where_it_listens():
    made = files()
    (config,) = made["config.yaml"]
    _, deployment, service, _ = made["intake.yaml"]
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    (port,) = (p["containerPort"] for p in container["ports"] if p["name"] == "smtp")

    assert config["data"]["REDRESS_MAIL_LISTEN"].endswith(f":{port}")
    assert config["data"]["REDRESS_MAIL_ADDRESSES"]
    assert {"name": "smtp", "port": 25, "targetPort": "smtp"} in service["spec"]["ports"]
    opened = [p["spec"] for p in made["network.yaml"] if p["metadata"]["name"] == "redress-mail"]
    assert [rule["ports"][0]["port"] for rule in opened[0]["ingress"]] == [port]
