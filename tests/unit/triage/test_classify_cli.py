"""`redress classify`: one answer a line, in order, whatever comes in."""

import json
import os
import subprocess
import sys

import pytest

from services.triage.cli import answered

RUN = [sys.executable, "-m", "shared.cli.main", "classify"]


def answer(line):
    raw = line if isinstance(line, bytes) else line.encode()
    return json.loads(answered(raw))


def test_an_answer_has_the_promised_fields_in_order():
    found = answer('{"id": "1", "text": "0.5 BTC not arrived"}')
    assert list(found) == [
        "id", "language", "category", "priority", "entities", "reasons", "confidence",
    ]  # fmt: skip
    assert list(found["entities"]) == ["txid", "address", "order_id", "amount", "asset", "uid"]
    assert found["entities"]["amount"] == ["0.5"]
    assert set(found["reasons"][0]) == {"rule", "version", "evidence"}


@pytest.mark.parametrize("given", ['"a"', "7", "7.5", "null"])
def test_an_id_comes_back_as_it_came(given):
    assert answer(f'{{"id": {given}, "text": "hi"}}')["id"] == json.loads(given)


@pytest.mark.parametrize(
    ("line", "known", "code"),
    [
        ("nonsense", None, "not_json"),
        (b"\xff\xfe", None, "not_json"),
        ("[" * 100_000, None, "not_json"),
        ("[1]", None, "not_an_object"),
        ('{"id": "x"}', "x", "missing_text"),
        ('{"id": 3, "text": 5}', 3, "wrong_type"),
        ('{"id": true, "text": "a"}', None, "wrong_type"),
        ('{"id": [1], "text": "a"}', None, "wrong_type"),
        ('{"id": 1e999, "text": "a"}', None, "wrong_type"),
        (json.dumps({"id": 4, "text": "a" * 20_001}), 4, "too_long"),
        (b" " * (1 << 20) + b"{}", None, "too_long"),
    ],
)
def test_a_bad_line_is_answered_by_its_code(line, known, code):
    assert answer(line) == {"id": known, "error": code}


def test_a_lone_surrogate_in_an_id_stays_json():
    assert answer('{"id": "\\ud800", "text": "hi"}')["id"] == "\ud800"


def test_a_stream_is_answered_in_order_and_blank_lines_are_skipped(tmp_path):
    lines = '{"id": 1, "text": "hi"}\n\nbad\n{"id": 2, "text": "hola"}'
    file = tmp_path / "in.jsonl"
    file.write_text(lines)
    out = subprocess.run([*RUN, str(file)], capture_output=True, text=True, check=True).stdout  # noqa: S603
    assert [json.loads(line)["id"] for line in out.splitlines()] == [1, None, 2]


def test_an_endless_line_is_answered_once_and_the_next_line_is_read():
    lines = b'{"text": "' + b"a" * (5 << 20) + b'"}\n{"id": 2, "text": "hi"}\n'
    out = subprocess.run(RUN, input=lines, capture_output=True, check=True).stdout  # noqa: S603
    first, second = map(json.loads, out.splitlines())
    assert (first, second["id"]) == ({"id": None, "error": "too_long"}, 2)


def test_an_answer_comes_before_the_next_line_is_asked_for():
    buffered = os.environ | {"PYTHONUNBUFFERED": ""}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(RUN, **pipes, env=buffered) as process:  # noqa: S603
        process.stdin.write(b'{"id": 1, "text": "hi"}\n')
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == 1
        process.stdin.close()
        assert process.wait(30) == 0


def test_a_reader_who_leaves_early_sees_no_error():
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(RUN, **pipes) as process:  # noqa: S603
        process.stdout.close()
        process.stdin.write(b'{"id": 1, "text": "hi"}\n' * 10)
        process.stdin.close()
        assert (process.stderr.read(), process.wait(30)) == (b"", 0)


def test_a_missing_file_is_a_usage_error_in_one_line():
    done = subprocess.run([*RUN, "/nowhere"], capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
