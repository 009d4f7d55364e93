"""One line of JSON in, one line of JSON out: the shape of the playbook commands."""

import json
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from services.investigation.playbooks.deposit import judge_deposit
from services.investigation.playbooks.facts import FactsError, deposit_case
from services.investigation.playbooks.liquidation import judge_liquidation
from services.investigation.playbooks.liquidation_facts import liquidation_case
from services.investigation.playbooks.takeover import judge_takeover
from services.investigation.playbooks.takeover_facts import takeover_case

Json = dict[str, object]
LONGEST = 100
Playbook = Callable[[Json], Json]


def deposit(facts: Json) -> Json:
    """The deposit playbook on one JSON object; raises FactsError."""
    return judge_deposit(deposit_case(facts)).as_dict()


def liquidation(facts: Json) -> Json:
    """The liquidation playbook on one JSON object; raises FactsError."""
    return judge_liquidation(liquidation_case(facts)).as_dict()


def takeover(facts: Json) -> Json:
    """The takeover playbook on one JSON object; raises FactsError."""
    return judge_takeover(takeover_case(facts)).as_dict()


def answered(line: bytes, playbook: Playbook) -> str:
    """The line that answers one line: a finding, or an error code with the id if there is one."""
    try:
        facts = json.loads(line, parse_int=_whole, parse_float=_fraction, parse_constant=_refused)
    except (ValueError, RecursionError):
        return _failed(None, "not_json")
    if not isinstance(facts, dict):
        return _failed(None, "not_an_object")
    try:
        return json.dumps(playbook(facts))
    except FactsError as error:
        return _failed(facts.get("id"), error.slug)


def _whole(digits: str) -> int | str:
    """A number beyond any chain's stays text, which no reader takes for a number."""
    return int(digits) if len(digits) <= LONGEST else digits


def _fraction(digits: str) -> Decimal | str:
    try:
        return Decimal(digits)
    except InvalidOperation:
        return digits


def _refused(_name: str) -> object:
    raise ValueError  # NaN and Infinity are no JSON


def _failed(given: object, code: str) -> str:
    known = isinstance(given, str | int) and not isinstance(given, bool)
    return json.dumps({"id": given if known else None, "error": code})
