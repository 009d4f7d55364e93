import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE

import pytest
from typer.testing import CliRunner

from services.investigation.cli import playbook
from services.investigation.playbooks.lines import answered, deposit
from shared.errors import UsageError
from tests.unit.investigation.deposit_cases import bitcoin, usdt

RUN = [sys.executable, "-m", "shared.cli.main", "playbook", "deposit"]


def run(*arguments, stdin=""):
    return CliRunner().invoke(playbook, ["deposit", *arguments], input=stdin)


def lines(*objects):
    return "".join(f"{json.dumps(found)}\n" for found in objects)


def test_cases_are_answered_in_order():
    result = run("-", stdin=lines({**bitcoin(), "id": "b"}, {**usdt(), "id": 7}))

    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ["b", 7]
    assert set(answers[0]) == {"id", "finding", "details", "remedy", "explanation"}
    assert result.exit_code == 0


def test_a_file_is_read_as_standard_input_is(tmp_path):
    (tmp_path / "cases.jsonl").write_text(lines(bitcoin()))

    assert run(str(tmp_path / "cases.jsonl")).stdout == run(stdin=lines(bitcoin())).stdout


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"{", (None, "not_json")),
        (b"\xff\xfe", (None, "not_json")),
        (b'{"id": "a", "x": NaN}', (None, "not_json")),
        (b"[" * 100_000, (None, "not_json")),
        (b"[]", (None, "not_an_object")),
        (b'"x"', (None, "not_an_object")),
        (b'{"id": "a"}', ("a", "missing_field")),
        (b'{"id": [1]}', (None, "missing_field")),
        (b"{}", (None, "missing_field")),
        (json.dumps({**bitcoin(), "chain": 5}).encode(), ("1", "wrong_type")),
        (json.dumps({**bitcoin(), "id": True}).encode(), (None, "wrong_type")),
    ],
)
def test_a_bad_line_is_answered_by_its_code(line, expected):
    answer = json.loads(answered(line, deposit))

    assert (answer["id"], answer["error"]) == expected


def test_a_bad_line_does_not_stop_the_next_one():
    result = run(stdin="oops\n\n" + lines(bitcoin()))

    first, second = map(json.loads, result.stdout.splitlines())
    assert first == {"id": None, "error": "not_json"}
    assert second["finding"] == "credited_internal_delay"


def test_an_id_that_is_no_text_is_given_back_unharmed():
    line = json.dumps({**bitcoin(), "id": "\ud800"}).encode()

    assert json.loads(answered(line, deposit))["id"] == "\ud800"


def test_an_amount_written_as_a_number_is_not_rounded():
    facts = json.dumps(bitcoin()).replace('"amount": "0.5"', '"amount": 0.50000000000000000001')
    answer = json.loads(answered(facts.encode(), deposit))

    assert answer["details"]["amount_mismatch"] is True


def test_a_file_that_is_not_there_is_a_usage_error(tmp_path):
    result = run(str(tmp_path / "none.jsonl"))

    assert isinstance(result.exception, UsageError)
    assert result.stdout == ""


def test_help_shows_an_example():
    assert "redress playbook deposit cases.jsonl" in run("--help").stdout


async def test_answers_come_while_the_input_is_still_open():
    child = await asyncio.create_subprocess_exec(*RUN, stdin=PIPE, stdout=PIPE, env={})
    child.stdin.write(lines(bitcoin()).encode())
    answer = json.loads(await asyncio.wait_for(child.stdout.readline(), 30))
    child.stdin.close()

    assert answer["id"] == "1"
    assert await asyncio.wait_for(child.wait(), 30) == 0


async def test_a_reader_that_leaves_is_met_with_silence(tmp_path):
    (tmp_path / "cases.jsonl").write_text(lines(bitcoin()) * 2_000)
    reader, writer = os.pipe()
    child = await asyncio.create_subprocess_exec(
        *RUN, str(tmp_path / "cases.jsonl"), stdout=writer, stderr=PIPE
    )
    os.close(writer)
    await asyncio.to_thread(os.read, reader, 10)
    os.close(reader)
    _, complaints = await asyncio.wait_for(child.communicate(), 30)

    assert (child.returncode, complaints) == (0, b"")
