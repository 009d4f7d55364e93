"""The demo's last act: take the log home, prove one event, forget a person, prove it again."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpx

from shared.audit import second_verifier
from shared.http.tokens import issue
from shared.local.keys import keys
from shared.local.layout import LEDGER

if TYPE_CHECKING:
    from rich.console import Console

    from shared.local.stack import Stack
    from tests.demo.people import Submitted

PEOPLE = ("privacy-1", "privacy-2")
ERASED_WITHIN_S = 30


@dataclass
class Auditor:
    """Runs the commands as an auditor would; `held` says of each whether it went well."""

    stack: Stack
    console: Console

    def __post_init__(self) -> None:
        self.held: list[bool] = []

    def look(self, event: str, one: Submitted) -> bool:
        """Everything, in its order; `event` is one of the first, so that it is signed."""
        first, second = (str(self.stack.folder / name) for name in ("export", "later"))
        for step in ("export", "verify", "replay"):
            self._audit(step, first)
        proof = str(self.stack.folder / "proof")
        self._audit("prove", event, "--from", first, "-o", proof)
        self._check_proof(proof)
        self._forget(one)
        for step in ("export", "verify"):
            self._audit(step, second)
        self._check_proof(proof)
        self._run("the second verifier", sys.executable, second_verifier.__file__, second)
        return all(self.held)

    def _audit(self, *arguments: str) -> None:
        command = (sys.executable, "-m", "shared.cli.main", "audit", *arguments)
        self._run(f"redress audit {arguments[0]}", *command)

    def _check_proof(self, proof: str) -> None:
        (key,) = (self.stack.folder / LEDGER / "keys").glob("*.vkey")
        self._audit("verify-proof", f"{proof}.tlog-proof", "--key", str(key))

    def _run(self, name: str, *command: str) -> None:
        env = {"REDRESS_KAFKA": self.stack.kafka, "REDRESS_MONGO": self.stack.mongo}
        env |= {"REDRESS_LEDGER": str(self.stack.folder / LEDGER), "PATH": "/usr/bin:/bin"}
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
        self.console.print(f"  {name}: {(done.stdout or done.stderr).strip()}")
        self.held.append(done.returncode == 0)

    def _forget(self, one: Submitted) -> None:
        """Two people erase a complaint; what it said is gone in every copy of the log."""
        url = self.stack.urls
        with httpx.Client(timeout=10) as http:
            for who in PEOPLE:
                body = {"reason": "customer-asked"}
                place = f"{url['intake']}/v1/cases/{one.id}/erase"
                http.post(place, json=body, headers=self._as(who, "privacy")).raise_for_status()
            self.held.append(
                self._is_told(http, f"{url['notify']}/v1/complaints/{one.id}/timeline")
            )
        done = "destroyed the key of" if self.held[-1] else "could NOT erase"
        self.console.print(f"  {' and '.join(PEOPLE)} {done} {one.reference}")

    def _is_told(self, http: httpx.Client, timeline: str) -> bool:
        until = time.monotonic() + ERASED_WITHIN_S
        while time.monotonic() < until:
            rows = http.get(timeline, headers=self._as("auditor-1", "auditor")).json()
            if any(row["type"] == "redress.complaint-erased.v1" for row in rows):
                return True
            time.sleep(0.2)
        return False

    def _as(self, who: str, role: str) -> dict[str, str]:
        key = keys(self.stack.folder)["REDRESS_TOKEN_KEY"]
        token = issue(key, who, role, datetime.now(UTC), timedelta(minutes=5))
        return {"Authorization": f"Bearer {token}"}
