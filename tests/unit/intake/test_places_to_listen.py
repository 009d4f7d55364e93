"""Where intake listens is a setting: read in one way, and a start that fails says why."""

import json
import os
import socket
import subprocess
import sys

import pytest

from services.intake.attachments.clamd import clamd
from services.intake.places import host_port
from shared.errors import UsageError

SERVE = sys.executable, "-m", "shared.cli.main", "serve", "intake"


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("127.0.0.1:25", ("127.0.0.1", 25)),
        ("mail.exchange.example:2525", ("mail.exchange.example", 2525)),
        ("[::]:25", ("::", 25)),
        ("[2001:db8::1]:24", ("2001:db8::1", 24)),
    ],
)
def test_a_place_is_host_and_port_without_the_brackets_of_an_ipv6_address(place, found):
    assert host_port(place, "REDRESS_MAIL_LISTEN") == found
    scanner = clamd(place)
    assert (scanner.host, scanner.port) == found


@pytest.mark.parametrize(
    "place", ["25", ":25", "[]:25", "host:", "host:x", "host:٢٥", "host:65536"]
)
def test_what_is_no_place_is_refused_by_the_settings_name(place):
    with pytest.raises(UsageError, match=r"^REDRESS_MAIL_LISTEN is host:port$"):
        host_port(place, "REDRESS_MAIL_LISTEN")


@pytest.mark.parametrize("setting", ["REDRESS_MAIL_LISTEN", "REDRESS_MAIL_LMTP"])
def test_a_start_that_fails_for_a_taken_mail_port_says_so(setting):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        more = {
            "REDRESS_PORT": "0",
            "REDRESS_MASTER_KEY": "A" * 43 + "=",
            "REDRESS_TOKEN_KEY": "ab" * 32,
            "REDRESS_MAIL_ADDRESSES": "support@exchange.example",
            setting: place,
        }
        ended = subprocess.run(  # noqa: S603 - our own command
            SERVE, env=os.environ | more, capture_output=True, timeout=60, check=False
        )

    told = [json.loads(line) for line in ended.stdout.splitlines()]
    why = [line for line in told if line["event"] == "cannot start"]
    assert ended.returncode != 0
    assert [(line["level"], line["error_class"]) for line in why] == [("error", "UsageError")]
    assert why[0]["reason"].startswith(f"{setting}: cannot listen there (")
    assert "in use" in why[0]["reason"]
