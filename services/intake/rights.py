"""Who may follow up on a complaint: its status token, who submitted it, and staff."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from fastapi import Request

from services.intake.state import IntakeState
from shared.http.errors import ProblemError
from shared.http.tokens import Principal, complaint_of, verify
from shared.reference import parse, reference_of
from shared.runner.door import Door
from shared.runner.ports import Store

STAFF = frozenset({"agent", "supervisor", "admin"})
CUSTOMER = "customer"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Right:
    """A right to follow up on one complaint, and as whom."""

    complaint: str
    actor: str


def named(case: str) -> str:
    """The id or reference that a path names, in its one spelling. Raises ProblemError 404."""
    name = case.lower() if _UUID.fullmatch(case) else parse(case)
    if name is None:
        raise not_found()
    return name


async def complaint_named(store: Store, case: str) -> str | None:
    """The complaint that a path names. Raises ProblemError 404, TransientError."""
    name = named(case)
    return name if _UUID.fullmatch(name) else await store.by_reference(name)


def not_found() -> ProblemError:
    """There is no such complaint, or none for this caller; which of the two stays unsaid."""
    return ProblemError(404, "not_found")


def actor_of(principal: Principal | None) -> str:
    """As whom a caller is written into the log."""
    if principal is None:
        return CUSTOMER
    kind = "staff" if principal.roles & STAFF else "submitter"
    return f"{kind}:{principal.subject}"


def bearer(request: Request, key: str, now: datetime) -> Principal | None:
    """Who the bearer token speaks for, None without one. Raises ProblemError 401 on a bad one."""
    header = request.headers.get("authorization")
    return verify(key, header, now) if header is not None else None


@dataclass(frozen=True)
class Rights:
    """Decides who may follow up; `key` signs the tokens."""

    door: Door
    key: str

    async def of(self, request: Request, case: str, now: datetime) -> Right:
        """The caller's right to the complaint that `case` names. Raises ProblemError 401, 404."""
        name = named(case)
        token = request.query_params.get("token")
        if token is not None:
            complaint = complaint_of(self.key, token)
            if complaint is None or name not in (complaint, reference_of(complaint)):
                raise not_found()
            return Right(complaint, CUSTOMER)
        principal = bearer(request, self.key, now)
        if principal is None:
            raise not_found()
        return await self.of_principal(principal, case)

    async def of_principal(self, principal: Principal, case: str) -> Right:
        """The right of somebody who is known by name. Raises ProblemError 404."""
        found = await complaint_named(self.door.store, case)
        state = await self.door.state(found) if found else None
        actor = actor_of(principal)
        if found is None or state is None:
            raise not_found()
        if not principal.roles & STAFF and cast("IntakeState", state).submitter != actor:
            raise not_found()
        return Right(found, actor)
