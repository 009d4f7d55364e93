"""`redress submit` against a door that writes down what it is sent."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from shared.cli.main import main


class Accepting(BaseHTTPRequestHandler):
    def do_POST(self):
        found = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.sent.append(found)
        body = json.dumps({"number": len(self.server.sent)}).encode()
        self.send_response(202)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nothing is said of requests."""


@pytest.fixture
def sent(monkeypatch):
    """What the door was sent, in order."""
    with HTTPServer(("127.0.0.1", 0), Accepting) as server:
        server.sent = []
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        monkeypatch.setenv("REDRESS_PUBLIC_URL", f"http://127.0.0.1:{server.server_port}")
        yield server.sent
        server.shutdown()
        thread.join()


@pytest.fixture
def submit(tmp_path, capsys):
    def submitted(text):
        file = tmp_path / "complaints.jsonl"
        file.write_text(text, "utf-8")
        try:
            main(["submit", "--file", str(file)])
        except SystemExit as end:
            code = end.code
        else:
            code = 0
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return submitted


@pytest.mark.parametrize("bad", ["{", "NaN", '{"a": Infinity}', "[" * 100_000])
def test_a_line_that_is_no_json_is_answered_in_its_place_and_the_rest_goes_on(sent, submit, bad):
    code, answers = submit(f'{{"subject": "a"}}\n{bad}\n\n{{"subject": "b"}}\n')

    assert sent == [{"subject": "a"}, {"subject": "b"}]
    assert answers == [{"number": 1}, {"id": None, "error": "not_json"}, {"number": 2}]
    assert code == 1


@pytest.mark.parametrize("text", ["\u2028", "\ud800"])
def test_text_that_json_allows_is_sent_as_it_is(sent, submit, text):
    written = f'{{"subject": {json.dumps(text, ensure_ascii=text != chr(0x2028))}}}'

    assert submit(f"{written}\n{written}\n")[0] == 0
    assert sent == [{"subject": text}] * 2


def test_one_object_over_many_lines_is_one_complaint(sent, submit):
    assert submit('{\n  "subject": "a"\n}\n')[0] == 0
    assert sent == [{"subject": "a"}]
