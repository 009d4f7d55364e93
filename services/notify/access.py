"""Who may see what: customers by status token, staff by bearer or by the pages' cookie."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

from fastapi import Request

from services.notify.customer import CustomerView
from shared.http.oidc import is_loopback
from shared.http.tokens import ROLES, Principal, complaint_of, status_token
from shared.pages import staff
from shared.settings import Settings

READERS = frozenset({"agent", "supervisor", "director", "auditor", "admin"})
ON_BOARD = READERS | {"operator"}


class Access:
    """The rights of one installation's visitors."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        url = urlsplit(settings.public_url)
        self.host, self.secure = url.hostname or "", url.scheme == "https"

    @property
    def key(self) -> str:
        """The key that signs tokens."""
        return self.settings.token_key.get_secret_value()

    def principal(self, request: Request) -> Principal:
        """The person of the bearer, else of the cookie. Raises ProblemError 401."""
        return staff.principal(request, self.key, now())

    def reader(self, request: Request) -> Principal | None:
        """The member of staff who may read complaints, if it is one."""
        return staff.member(request, self.key, READERS, now())

    def signed_in(self, request: Request) -> Principal | None:
        """The person, in whatever role, if there is one."""
        return staff.member(request, self.key, ROLES, now())

    def sees_board(self, request: Request) -> bool:
        """The board holds nothing personal: open on a local installation, else for staff."""
        return is_loopback(self.host) or self.on_board(request) is not None

    def on_board(self, request: Request) -> Principal | None:
        """The member of staff who may look at the board, if it is one."""
        return staff.member(request, self.key, ON_BOARD, now())

    def open_board(self, request: Request) -> None:
        """Raise ProblemError 401 or 403 unless the visitor sees the board."""
        if not self.sees_board(request):
            self.principal(request).require(ON_BOARD)

    def complaint(self, token: str | None) -> str | None:
        """The complaint that a status token gives a right to."""
        return complaint_of(self.key, token) if token else None

    def onward(self, view: CustomerView) -> CustomerView:
        """The view of somebody with a right to it: it leads to what follows."""
        if view.continued_by is None:
            return view
        page = f"/status/{status_token(self.key, view.continued_by)}"
        url = self.settings.public_url.rstrip("/") + page
        return view.model_copy(update={"continued_url": url})


def now() -> datetime:
    """The present instant."""
    return datetime.now(UTC)
