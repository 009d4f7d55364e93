"""A stand-in for the `redress` command: serves readiness and tells its own environment."""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Service(BaseHTTPRequestHandler):
    """Answers `/readyz`, and `/told` with what this process was given."""

    def do_GET(self) -> None:
        told = {name: value for name, value in os.environ.items() if name.startswith("REDRESS_")}
        answer = {"env": told, "niceness": os.nice(0), "arguments": sys.argv[1:]}
        body = json.dumps(answer if self.path == "/told" else {}).encode()
        self.send_response(200 if self.path in {"/readyz", "/told"} else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    if os.environ.get("FAKE_WORDS"):
        sys.exit(os.environ["FAKE_WORDS"])
    if sys.argv[1:] == ["topics", "create"]:
        return
    address = os.environ["REDRESS_HOST"], int(os.environ["REDRESS_PORT"])
    ThreadingHTTPServer(address, Service).serve_forever()


if __name__ == "__main__":
    main()
