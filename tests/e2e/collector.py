"""A collector of traces: takes OTLP over HTTP and keeps every span."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Collector:
    """The spans that came, each with the name of its service."""

    def __init__(self) -> None:
        self.spans: list[dict[str, Any]] = []
        self.url = ""

    def of(self, trace: str) -> list[dict[str, Any]]:
        """The spans of one trace."""
        return [one for one in self.spans if one["traceId"] == trace]

    def take(self, body: bytes) -> None:
        """Keep what one request brought."""
        for resource in json.loads(body)["resourceSpans"]:
            of = {a["key"]: a["value"] for a in resource["resource"]["attributes"]}
            for scope in resource["scopeSpans"]:
                service = of["service.name"]["stringValue"]
                self.spans += [{**one, "service": service} for one in scope["spans"]]


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector on a free port of this machine."""
    found = Collector()

    class Takes(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.take(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Takes)
    found.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
