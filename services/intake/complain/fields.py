"""The fields of the form: which there are, what a browser sends, what is wrong with it. Pure."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from importlib.resources import files
from typing import Any

import yaml

from services.intake.forms import Submission, parse
from shared.events.base import Category
from shared.policy import VerificationPolicy

_DATA = yaml.safe_load((files("services.intake.complain") / "facts.yaml").read_text("utf-8"))
FACTS: Mapping[str, tuple[Category, ...]] = {k: tuple(v) for k, v in _DATA["facts"].items()}
WORDS = ("subject", "description", "contact_email", "category")
FIELDS = (*WORDS, *FACTS)
_ON_THE_MINUTE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?", re.ASCII)
_LONG, _EMPTY = "string_too_long", ("missing", "string_too_short", "blank")


def values_of(given: Mapping[str, str]) -> dict[str, str]:
    """Each field of the form as it was filled in; empty where it was left out."""
    return {name: given.get(name, "").strip() for name in FIELDS}


def submission(values: Mapping[str, str], language: str, now: datetime) -> Submission:
    """The complaint in the shape of the API. Raises ProblemError 422 naming the fields at fault."""
    filled: dict[str, Any] = {name: text for name, text in values.items() if text}
    if "occurred_at" in filled:
        filled["occurred_at"] = in_utc(filled["occurred_at"])
    return parse(Submission, {**filled, "language": language}, now)


def in_utc(text: str) -> str:
    """An instant as a browser's field writes it, with the zone that the form names: UTC."""
    if not _ON_THE_MINUTE.fullmatch(text):
        return text
    return f"{text}{':00' if text.count(':') == 1 else ''}Z"


def supplied(form: Submission) -> dict[str, str]:
    """The facts that came in fields of their own."""
    given = form.model_dump(mode="json", include=set(FACTS), exclude_none=True)
    return given | ({"category_hint": form.category} if form.category else {})


def faults(errors: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """What is wrong with which field, in the codes of the form's words."""
    return {error["field"]: code_of(error["rule"]) for error in errors if error["field"] in FIELDS}


def code_of(rule: str) -> str:
    """What is wrong with a field, in one of three codes: `missing`, `long`, `wrong`."""
    if rule in _EMPTY:
        return "missing"
    return "long" if rule == _LONG else "wrong"


def needs(policy: VerificationPolicy) -> dict[Category, tuple[str, ...]]:
    """What each category needs, in the form's own fields."""
    return {
        category: tuple(name for name in map(_first, required) if name in FACTS)
        for category, required in policy.required.items()
    }


def _first(either: str) -> str:
    return either.partition("|")[0]


def name_of(form_id: str, values: Mapping[str, str], hashes: Iterable[str]) -> str:
    """What makes two posts one: the form as it was opened, and the same content in it."""
    content = json.dumps([form_id, dict(values), sorted(hashes)], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()
