"""A real Prometheus reads the running services: each panel and each rule finds its series."""

import asyncio
import re
import shutil

import httpx
import pytest
import pytest_asyncio
import yaml

from deploy.alerts import groups, watched
from deploy.dashboards import dashboards
from tests.e2e.site import cases
from tests.serving import free_port

PROMETHEUS = shutil.which("prometheus")
pytestmark = [
    pytest.mark.promtool,
    pytest.mark.timeout(150),
    pytest.mark.skipif(PROMETHEUS is None, reason="prometheus is missing; apt install prometheus"),
]
OUTSIDE = ("sandbox", "gateway")
# What should not happen has no series until it does.
QUIET = ("dead_letters", "work_retried", "clocks_warned", "clocks_breached", "witness_failures")
SECONDS = 2
WATCHED = cases("prom", ["u-2001", "u-2013"])  # one is frozen, one is decided at once


def expressions():
    for dashboard in dashboards():
        for panel in dashboard.panels:
            if not panel.may_be_empty:
                yield f"{dashboard.name}: {panel.title}", panel.expr.replace("$stage", ".+")
    for objective in watched().objectives:
        yield f"objective {objective.name}", objective.good.replace("WINDOW", "5m")
    for alert in watched().alerts:
        if not any(name in alert.expr for name in QUIET):
            for number, series in enumerate(re.findall(r"redress_\w+", alert.expr)):
                yield f"alert {alert.name} {number}", series


def written(folder, urls):
    """The settings of a Prometheus that asks these addresses; the options to start it by."""
    targets = [{"targets": [url.removeprefix("http://") for url in urls]}]
    config = {
        "global": {"scrape_interval": f"{SECONDS}s", "evaluation_interval": f"{SECONDS}s"},
        "rule_files": [str(folder / "rules.yaml")],
        "scrape_configs": [{"job_name": "redress", "static_configs": targets}],
    }
    (folder / "prometheus.yaml").write_text(yaml.safe_dump(config), "utf-8")
    (folder / "rules.yaml").write_text(yaml.safe_dump({"groups": groups()}), "utf-8")
    return (
        f"--config.file={folder / 'prometheus.yaml'}",
        f"--storage.tsdb.path={folder / 'data'}",
    )


@pytest_asyncio.fixture(scope="module")
async def prometheus(running, tmp_path_factory):
    """Asks every service every two seconds, while two complaints go to their end."""
    folder = tmp_path_factory.mktemp("prometheus")
    urls = [url for name, url in running.stack.urls.items() if name not in OUTSIDE]
    address = f"127.0.0.1:{free_port()}"
    options = (*written(folder, urls), f"--web.listen-address={address}")
    log = (folder / "log").open("w")
    child = await asyncio.create_subprocess_exec(PROMETHEUS, *options, stdout=log, stderr=log)
    try:
        async with httpx.AsyncClient(base_url=f"http://{address}", timeout=10) as http:
            await asyncio.sleep(3 * SECONDS)
            await running.world.create(WATCHED)
            made = await running.submit(WATCHED)
            await running.closed(made, 60)
            await asyncio.sleep(4 * SECONDS)
            yield http
    finally:
        child.terminate()
        await child.wait()
        log.close()


async def test_every_service_is_read(running, prometheus):
    found = (await prometheus.get("/api/v1/targets")).json()["data"]["activeTargets"]

    assert {one["health"] for one in found} == {"up"}, [one["lastError"] for one in found]
    assert len(found) == len(running.stack.urls) - len(OUTSIDE)


async def test_every_panel_and_rule_finds_its_series(prometheus):
    empty = []
    for name, expr in expressions():
        answer = (await prometheus.get("/api/v1/query", params={"query": expr})).json()
        if answer["status"] != "success" or not answer["data"]["result"]:
            empty.append(name)

    assert empty == []


@pytest.mark.parametrize("name", ["RedressStageGone", "RedressLedgerGone"])
async def test_nothing_is_called_gone_while_everything_runs(prometheus, name):
    (expr,) = (
        rule["expr"] for group in groups() for rule in group["rules"] if rule.get("alert") == name
    )
    answer = (await prometheus.get("/api/v1/query", params={"query": expr})).json()

    assert (answer["status"], answer["data"]["result"]) == ("success", [])


async def test_the_rules_are_evaluated_without_an_error(prometheus):
    found = (await prometheus.get("/api/v1/rules")).json()["data"]["groups"]

    assert {rule["health"] for group in found for rule in group["rules"]} <= {"ok", "unknown"}
    assert {group["name"] for group in found} == {group["name"] for group in groups()}
