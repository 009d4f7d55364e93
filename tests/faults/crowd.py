"""Who complains in the fault matrix: the demo's stories, in words that can be found again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

from tests.demo.world import Case
from tests.e2e.site import cases

CANARIES = ("canarysubject1f7c", "canarytext8e2d", "canarymail4b6a")
STOLEN, DELAYED, MISSING = "u-2001", "u-2002", "u-2004"
APPEALED, FOUR_EYES, ORDER, IDEA = "u-2005", "u-2006", "u-2010", "u-2013"
FEW = (STOLEN, DELAYED, ORDER, IDEA)  # express, money by itself, money by staff, nobody
MORE = (*FEW, MISSING, APPEALED, FOUR_EYES, "u-2009")


class Marked(Case):
    """A customer whose every word can be found again."""

    @property
    def email(self) -> str:
        return f"{CANARIES[2]}.{self.user}@customers.example"


def customers(prefix: str, users: Sequence[str]) -> list[Case]:
    """Customers of these stories whom nobody has seen yet."""
    return [_marked(case) for case in cases(prefix, users)]


def _marked(case: Case) -> Case:
    plain = {field.name: getattr(case, field.name) for field in fields(case)}
    subject, text = f"{case.subject} {CANARIES[0]}", f"{case.text} {CANARIES[1]}"
    return replace(Marked(**plain), subject=subject, text=text)
