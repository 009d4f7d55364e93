"""A person's complaints as the commands ask for them, page by page."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import httpx

from shared.cli.installation import bearer, call, installation
from shared.errors import TransientError, UsageError
from shared.http.tokens import PRIVACY

STDIN = "-"
OWN_TOKEN = "REDRESS_BEARER"  # noqa: S105 - the name of the variable
NOBODY = "no complaint of that person is known; give a mail address, or an account they proved"
FAULTS = {
    HTTPStatus.UNAUTHORIZED: "the token is refused; set REDRESS_TOKEN_KEY to that installation's",
    HTTPStatus.UNPROCESSABLE_ENTITY: "not a mail address, an account or a reason code",
}


def named(person: str) -> str:
    """The person of the command line, or of standard input where that is `-`."""
    found = sys.stdin.readline().strip() if person == STDIN else person.strip()
    if not found:
        raise UsageError("name a person: a mail address, or an account")
    return found


def _token(staff: str) -> str:
    """The token that somebody was given, else one for `staff`, made with the installation's key."""
    given = os.environ.get(OWN_TOKEN, "")
    if given or staff:
        return given or bearer(PRIVACY, staff)
    raise UsageError(f"say who asks: set {OWN_TOKEN} to your own token, or give --staff")


class Person:
    """One person, asked about as one member of staff."""

    def __init__(self, person: str, staff: str) -> None:
        self.person = named(person)
        self.url = installation("public_url").public_url.rstrip("/")
        self.headers = {"Authorization": f"Bearer {_token(staff)}"}

    def complaints(self) -> Iterator[dict[str, Any]]:
        """Every complaint, by id."""
        for page in self._pages("complaints", {}):
            yield from page["complaints"]

    def accounts(self) -> list[str]:
        """The accounts that the writer of these complaints proved to hold."""
        return sorted({a for page in self._pages("complaints", {}) for a in page["accounts"]})

    def erase(self, reason: str) -> Iterator[tuple[str, str]]:
        """Give each complaint the command; what each answered, as it comes."""
        for page in self._pages("erase", {"reason": reason}):
            yield from page["answers"].items()

    def get(self, path: str) -> httpx.Response | None:
        """Something of the installation, None where it is not. TransientError, UsageError."""
        answer = call("GET", f"{self.url}{path}", headers=self.headers)
        return None if answer.status_code == HTTPStatus.NOT_FOUND else _good(answer)

    def _pages(self, what: str, more: dict[str, str]) -> Iterator[dict[str, Any]]:
        after = ""
        while after is not None:
            asked = {"person": self.person, "after": after, **more}
            url = f"{self.url}/v1/persons/{what}"
            page = _good(call("POST", url, json=asked, headers=self.headers)).json()
            yield page
            after = page["after"]


def _good(answer: httpx.Response) -> httpx.Response:
    if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise TransientError("the service is not ready; try again in a moment")
    if answer.is_error:
        status = HTTPStatus(answer.status_code)
        raise UsageError(FAULTS.get(status, f"the service answered {status}"))
    return answer
