"""Every alert fires where it must, and none where all is well: asked of promtool itself."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from deploy.alerts import groups, names
from shared import figures, metrics
from shared.pipeline import LANES, ROWS

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy/monitoring/rules.yaml"
RUNBOOKS = ROOT / "docs/runbooks"
PROMTOOL = shutil.which("promtool")
HEADINGS = ["Meaning", "Impact", "Diagnosis", "Mitigation"]
POLLED = "redress_consumer_last_poll_timestamp_seconds"
pytestmark = pytest.mark.promtool
asked = pytest.mark.skipif(PROMTOOL is None, reason="promtool is missing; apt install prometheus")


def late(name, **labels):
    """Events of which none was in time."""
    inner = ",".join(f'{key}="{value}"' for key, value in labels.items())
    bad = (
        f'{name}_bucket{{{inner}{"," if inner else ""}le="{"30.0" if "end" in name else "60.0"}"}}'
    )
    return {bad: "0+0x200", f"{name}_count{{{inner}}}": "0+10x200"}


FIRES = {
    "RedressAcknowledgementBurns": late("redress_acknowledged_seconds", channel="email"),
    "RedressFreezeBurns": late("redress_frozen_seconds"),
    "RedressStageLatencyBurns": late("redress_end_to_end_duration_seconds", stage="triage"),
    "RedressExpressLaneLate": {
        'redress_oldest_unprocessed_seconds{stage="triage",lane="express"}': "6x200"
    },
    "RedressStageBehind": {
        'redress_oldest_unprocessed_seconds{stage="triage",lane="normal"}': "901x200"
    },
    "RedressConsumerStands": {
        'redress_consumer_last_poll_timestamp_seconds{stage="triage",lane="normal"}': "0x200"
    },
    "RedressStageGone": {f'{POLLED}{{stage="notify",lane="express"}}': "0+60x60 stale"},
    "RedressExpressWorkFails": {
        'redress_due_work_retried_total{stage="resolution",lane="express",kind="act"}': "0+30x200",
        'redress_due_work_done_total{stage="resolution",lane="express",kind="act"}': "5x200",
    },
    "RedressWorkFails": {
        'redress_due_work_done_total{stage="notify",lane="normal",kind="email"}': "5x200"
    },
    "RedressComplaintParked": {'redress_parked_complaints{stage="triage"}': "1x200"},
    "RedressDeadLetters": {
        'redress_dead_letters_total{stage="triage",reason="too_large"}': "0+1x200"
    },
    "RedressClocksAtRisk": {
        'redress_clocks_warned_total{clock="decide",share="90",team="payments"}': "0+1x200"
    },
    "RedressClocksBroken": {'redress_clocks_breached_total{clock="decide"}': "0+1x200"},
    "RedressRelayStands": {
        'redress_inputs_accepted_total{stage="intake"}': "0+5x200",
        'redress_inputs_relayed_total{stage="intake"}': "7x200",
    },
    "RedressLedgerGone": {"redress_ledger_leaves": "0+10x60 stale"},
    "RedressLedgerBehind": {"redress_ledger_lag_records": "10001x200"},
    "RedressLedgerUnsigned": {
        "redress_ledger_leaves": "9000x200",
        "redress_ledger_signed_leaves": "6000x200",
    },
    "RedressWitnessAway": {"redress_ledger_witness_failures_total": "0+1x200"},
}
WELL = {
    'redress_acknowledged_seconds_bucket{channel="email",le="60.0"}': "0+10x200",
    'redress_acknowledged_seconds_count{channel="email"}': "0+10x200",
    'redress_frozen_seconds_bucket{le="60.0"}': "0+10x200",
    "redress_frozen_seconds_count": "0+10x200",
    'redress_end_to_end_duration_seconds_bucket{stage="triage",le="30.0"}': "0+10x200",
    'redress_end_to_end_duration_seconds_count{stage="triage"}': "0+10x200",
    'redress_oldest_unprocessed_seconds{stage="triage",lane="express"}': "1x200",
    'redress_oldest_unprocessed_seconds{stage="triage",lane="normal"}': "30x200",
    **{
        f'{POLLED}{{stage="{row.name}",lane="{lane}"}}': "0+60x200"
        for row in ROWS
        for lane in LANES
    },
    # Some work is tried again, some is answered.
    'redress_due_work_retried_total{stage="resolution",lane="express",kind="act"}': "0+1x200",
    'redress_due_work_done_total{stage="resolution",lane="express",kind="act"}': "0+1x200",
    'redress_due_work_retried_total{stage="notify",lane="normal",kind="email"}': "0+1x200",
    'redress_due_work_done_total{stage="notify",lane="normal",kind="email"}': "0+1x200",
    'redress_parked_complaints{stage="triage"}': "0x200",
    'redress_dead_letters_total{stage="triage",reason="too_large"}': "3x200",
    'redress_clocks_breached_total{clock="decide"}': "2x200",
    'redress_inputs_accepted_total{stage="intake"}': "0+5x200",
    'redress_inputs_relayed_total{stage="intake"}': "0+5x200",
    "redress_ledger_lag_records": "12x200",
    "redress_ledger_leaves": "0+10x200",
    "redress_ledger_signed_leaves": "0+10x200",
    "redress_ledger_witness_failures_total": "1x200",
}


def firing(tmp_path, series):
    """The names of the alerts that fire after three hours."""
    test = {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "promql_expr_test": [
            {"expr": 'ALERTS{alertstate="firing"}', "eval_time": "3h", "exp_samples": []}
        ],
    }
    file = tmp_path / "test.yaml"
    file.write_text(yaml.safe_dump({"rule_files": [str(RULES)], "tests": [test]}), "utf-8")
    done = subprocess.run(  # noqa: S603 - a tool of the machine on a file of ours
        [PROMTOOL, "test", "rules", file], capture_output=True, text=True, check=False
    )
    return set(re.findall(r'alertname="(\w+)"', done.stdout + done.stderr))


@asked
def test_promtool_takes_the_rules():
    done = subprocess.run([PROMTOOL, "check", "rules", RULES], capture_output=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stdout


@asked
@pytest.mark.parametrize("name", FIRES)
def test_it_fires_where_it_must_and_nothing_else_does(tmp_path, name):
    assert firing(tmp_path, {**WELL, **FIRES[name]}) == {name}


@asked
@pytest.mark.parametrize(
    ("name", "first"), [("DeadLetters", 1), ("ClocksBroken", 1), ("ClocksAtRisk", 6)]
)
def test_it_fires_for_the_first_of_a_series_that_was_not_there_before(tmp_path, name, first):
    series = dict.fromkeys(FIRES[f"Redress{name}"], f"_x170 {first}x30")
    others = {one: values for one, values in WELL.items() if one not in series}

    assert firing(tmp_path, {**others, **series}) == {f"Redress{name}"}


@asked
def test_nothing_fires_where_all_is_well(tmp_path):
    assert firing(tmp_path, WELL) == set()


def test_every_alert_has_its_series_here_and_its_runbook_there():
    assert set(FIRES) == set(names()) == {file.stem for file in RUNBOOKS.glob("*.md")}


@pytest.mark.parametrize("name", names())
def test_a_runbook_says_what_it_means_and_what_to_do(name):
    text = (RUNBOOKS / f"{name}.md").read_text("utf-8")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == HEADINGS
    assert text.startswith(f"# {name}\n")


def known():
    """Every series that the services show."""
    every = (m for module in (figures, metrics) for m in vars(module).values())
    families = [m.describe()[0] for m in every if isinstance(m, MetricWrapperBase)]
    ends = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_count", "_sum")}
    return {family.name + end for family in families for end in ends[family.type]}


def test_every_metric_of_the_rules_and_runbooks_is_shown_by_a_service():
    texts = [RULES.read_text("utf-8"), *(f.read_text("utf-8") for f in RUNBOOKS.glob("*.md"))]
    named = {name for text in texts for name in re.findall(r"\bredress_\w+", text)}

    bare = {name.removesuffix("_bucket") for name in known() if name.endswith("_bucket")}
    assert named <= known() | bare
    assert len(named) > 15


def test_every_rule_has_a_severity_and_a_summary():
    for group in groups():
        for rule in group["rules"]:
            if "alert" in rule:
                assert rule["labels"]["severity"] in {"page", "ticket"}
                assert rule["annotations"]["summary"]
