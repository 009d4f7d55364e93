"""`redress show`, which the pages recommend, on a terminal of 80 columns."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from shared.cli.main import main

ROWS = [
    {
        "time": "2026-11-22T23:59:14.887856Z",
        "stage": "verification",
        "title": "Admissibility decided",
        "actor": "worker:look_up_account",
        "details": [
            {"name": "facts.asset", "value": "BTC"},
            {"name": "facts.received_at", "value": "2026-11-22T23:58:00.1Z"},
            {"name": "letter_id", "value": "a-letter"},
            {"name": "deadline_at", "value": "2026-11-29T23:59:14.887856+00:00"},
        ],
    },
    {
        "time": "2026-11-23T00:00:01Z",
        "stage": "triage",
        "title": "Case settled",
        "actor": "system",
        "details": [{"name": "note", "value": "[bold]"}],
    },
]


class Answering(BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps(ROWS).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nothing is said of requests."""


@pytest.fixture
def server(monkeypatch):
    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        server.status = 200
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        monkeypatch.setenv("REDRESS_PUBLIC_URL", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("REDRESS_TOKEN_KEY", "00" * 32)
        monkeypatch.setenv("COLUMNS", "80")
        yield server
        server.shutdown()
        thread.join()


def shown(capsys, *options):
    code = 0
    try:
        main(["show", "RD-1", *options])
    except SystemExit as end:
        code = end.code
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.usefixtures("server")
def test_a_timeline_fits_80_columns_and_says_each_day_once(capsys):
    _, out, _ = shown(capsys)
    lines = out.splitlines()
    assert max(map(len, lines)) <= 80
    assert "RD-1, 2026-11-22 UTC" in out
    times = [line[:12].strip() for line in lines[3:] if line[:12].strip()]
    assert times[-3:] == ["23:59:14", "2026-11-23", "00:00:01"]


@pytest.mark.usefixtures("server")
def test_a_timeline_leaves_out_ids_and_prefixes_and_keeps_brackets(capsys):
    _, out, _ = shown(capsys)
    words = " ".join(out.split())
    assert "asset: BTC" in words
    assert "note: [bold]" in words
    assert not [
        left_out for left_out in ("facts.", "received_at", "letter_id") if left_out in words
    ]


@pytest.mark.usefixtures("server")
def test_json_holds_the_rows_as_they_came(capsys):
    _, out, _ = shown(capsys, "--json")
    assert json.loads(out) == ROWS


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (401, "REDRESS_TOKEN_KEY"),
        (404, "no such complaint"),
        (500, "answered 500"),
        (502, "try again"),
        (503, "try again"),
    ],
)
def test_an_answer_that_is_no_timeline_says_what_to_do(server, capsys, status, advice):
    server.status = status
    code, out, err = shown(capsys)
    assert (code, out) == (2, "")
    assert advice in err
