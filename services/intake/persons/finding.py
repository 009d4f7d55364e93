"""A person's complaints, and how far the erasure of each has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import AwareDatetime

from services.intake.erasing.state import Erasure
from services.intake.persons.index import People, people
from services.intake.verification.accounts import Accounts
from shared.events.base import Model
from shared.runner.away import away
from shared.runner.wiring import Wiring

PAGE = 250
Standing = Literal["kept", "asked", "approved", "erased", "held"]


class Found(Model):
    """One complaint; `asked`: one of two people asked for its erasure, `held`: a hold keeps it."""

    complaint_id: str
    reference: str | None
    received_at: AwareDatetime | None
    standing: Standing


class Page(Model):
    """Some complaints of a person, by id. `after` asks for the next ones; None where none are left.

    `accounts` are those that the writers of these complaints proved to hold: persons to ask for,
    too.
    """

    complaints: tuple[Found, ...]
    accounts: tuple[str, ...]
    after: str | None


def finding(wiring: Wiring) -> Finding:
    """What finds persons in this process."""
    return Finding(wiring.database["intake"], wiring.one(people), Accounts(wiring.database))


@dataclass(frozen=True)
class Finding:
    """Intake's two stages, asked by person."""

    documents: Any
    people: People
    accounts: Accounts

    async def page(self, person: str, after: str) -> Page:
        """The complaints of a mail address, or else of an account, behind `after`.

        Raises TransientError, also while the index is not whole.
        """
        look = self.people.of if "@" in person else self.accounts.complaints
        names = await look(person, after, PAGE)
        with away():
            rows = await self.documents.find({"_id": {"$in": names}}, _FIELDS).to_list(None)
        found = {row["_id"]: _found(row) for row in rows}
        return Page(
            complaints=tuple(found[name] for name in names if name in found),
            accounts=tuple(await self.accounts.of(names)),
            after=names[-1] if len(names) == PAGE else None,
        )


_FIELDS = ("state.reference", "state.received_at", "state.erasure")


def _found(row: Mapping[str, Any]) -> Found:
    state = row["state"]
    return Found(
        complaint_id=row["_id"],
        reference=state.get("reference"),
        received_at=state.get("received_at"),
        standing=standing_of(Erasure.model_validate(state.get("erasure", {}))),
    )


def standing_of(erasure: Erasure) -> Standing:
    """How far an erasure has come, in a word."""
    if erasure.erased:
        return "erased"
    if erasure.approved:
        return "approved"
    if erasure.hold:
        return "held"
    return "asked" if erasure.asked_by else "kept"
