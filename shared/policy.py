"""Policies: dated, versioned numbers that rules use and never hold themselves."""

from collections.abc import Container, Iterable
from datetime import timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.errors import UsageError
from shared.events.base import Category, Priority
from shared.events.verification import IdentityLevel
from shared.rules.calendars import Budget

MOST_ALIKE = 20  # people whose cases alike are looked at: of them enough must have written
MOST_OF_CUSTOMER = 40  # cases of one customer that are looked at, the newest

# What rules look up by name; a policy without one of them would stop a complaint half way.
PROOFS_IN_USE = ("contact_of_account", "session")
ACTIONS_IN_USE = ("be_paid", "unfreeze")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class VerificationPolicy(_Part):
    """What each category must say, how long we wait for it, and what is never asked.

    `a|b` in `required`: one of both is enough, and the first is asked for.
    A contact proves its account once it was held for `contact_held_for`, or from the beginning.
    `internal` are facts that our own systems hold of every account; `inadmissible` are the codes
    of the reasons that a letter has words for.
    """

    required: dict[Category, tuple[str, ...]]
    reminders: tuple[timedelta, ...]
    deadline: timedelta
    contact_held_for: timedelta = timedelta(days=7)
    internal: tuple[str, ...]
    inadmissible: tuple[str, ...]


class IdentityPolicy(_Part):
    """How sure each proof makes us who somebody is, and how sure each action needs us to be.

    L0 nothing, L1 a session or a contact of the account, L2 a second factor, L3 documents and
    liveness. Raises UsageError where a name is missing that rules look up.
    """

    proofs: dict[str, IdentityLevel]
    actions: dict[str, IdentityLevel]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _require("proofs", PROOFS_IN_USE, self.proofs)
        _require("actions", ACTIONS_IN_USE, self.actions)
        return self

    def allows(self, level: IdentityLevel) -> tuple[str, ...]:
        """What somebody may ask for who is known so well, by name."""
        return tuple(sorted(name for name, needed in self.actions.items() if needed <= level))


def _require(part: str, names: Iterable[str], given: Container[str]) -> None:
    missing = ", ".join(name for name in names if name not in given)
    if missing:
        raise UsageError(
            f"the policy's identity.{part} is not whole: add {missing} with a level, L0 to L3,"
            " as in shared/policies/default.yaml"
        )


class SurgePolicy(_Part):
    """From how many people's cases alike `within` a time on they are one problem.

    Cases of `categories` count, in those `unnamed` also where they name no asset and no network;
    a member is at least of that `priority`.
    """

    points: int = Field(ge=2, le=MOST_ALIKE)
    within: timedelta = Field(gt=timedelta(0))
    categories: tuple[Category, ...]
    unnamed: tuple[Category, ...]
    priority: Priority


class RepeatedPolicy(_Part):
    """How many contacts of one customer `within` a time make a case more urgent.

    A contact is the complaint itself, another one, or a word about the case that nobody asked for;
    words less than `apart` from each other are one. The first word after a question or a message of
    ours is its answer, and words less than `apart` after an answer are part of it: neither counts.
    No event names what a word answers, so a complaint about something else is taken for an answer
    where it is the first after a message of ours.
    """

    complaints: int = Field(ge=2, le=MOST_OF_CUSTOMER)
    within: timedelta
    apart: timedelta


class TriagePolicy(_Part):
    """Internal clocks by priority, and when a case nobody was free for is offered again.

    Clocks count on `calendar` and warn at `warn_at` per cent of their budgets; `pack` is the
    jurisdiction whose clocks run beside them, `conditions` of it hold for every complaint, such as
    `payments`. A letter within `progress_grain` of another moves no clock.
    """

    freeze: Budget
    first_action: dict[Priority, Budget]
    resolution: dict[Priority, Budget]
    progress: dict[Priority, Budget]
    progress_grain: timedelta
    calendar: str
    pack: str
    conditions: tuple[str, ...] = ()
    warn_at: tuple[int, ...]
    assign_again: timedelta
    capacity: int
    sticky: timedelta
    surge: SurgePolicy
    repeated: RepeatedPolicy
    ageing: dict[Priority, int]
    lease: timedelta
    queue: dict[Priority, Budget]


class InvestigationPolicy(_Part):
    """When facts that are not final are looked at again, and for how long sources are asked.

    Who has a task is reminded once `remind_task` after it was opened; after `escalate_task` others
    hear of it.
    """

    recheck: timedelta
    source_again: timedelta
    source_attempts: int
    remind_task: timedelta = timedelta(hours=8)
    escalate_task: timedelta = timedelta(days=1)
    sources: dict[Category, tuple[str, ...]]


class ResolutionPolicy(_Part):
    """Limits and waits; amounts in units of the asset named, `default` for all others.

    `four_eyes_for` are the beginnings of things whose payment always takes two people.
    A rating at or below `low_score` asks for a call; `review_sample` is the share of decided cases
    that are reviewed whatever became of them. `propose_up_to` is what each role may have paid on
    its own word, above it takes one more person, above `four_eyes_above` two different people, and
    above `director_above` a director among them. All payments of a case in an asset count together.
    Withdrawals stay frozen for `unfreeze_lock` longer than the rest that two people lift.
    The effect of a review's action is counted over `measure_after` on either side of its end.
    """

    confirm_after: timedelta
    appeal_within: timedelta
    last_level: int
    freeze_unverified: timedelta
    freeze_scope_unverified: tuple[str, ...]
    freeze_scope_verified: tuple[str, ...]
    unfreeze_lock: timedelta = timedelta(hours=24)
    four_eyes_above: dict[str, Decimal]
    four_eyes_for: tuple[str, ...] = ()
    propose_up_to: dict[str, dict[str, Decimal]] = {}
    director_above: dict[str, Decimal] = {}
    delay_compensation_rate: Decimal = Field(ge=0, le=1)
    check_after: timedelta = timedelta(days=1)
    measure_after: timedelta = Field(default=timedelta(days=30), gt=timedelta(0))
    rating_within: timedelta = timedelta(days=21)
    low_score: int = 2
    review_sample: Decimal = Field(default=Decimal(0), ge=0, le=1)


class NotifyPolicy(_Part):
    """Whom the letters name, and what they promise: the next word from us, and the answer.

    A customer whose account was in danger is reminded of its safety so long after the case closed,
    `remind_after`, where the decision's finding is one of `remind_of`. Staff who state a reason
    read a case for `access_for`.
    """

    desk_name: str
    desk_email: str
    desk_phone: str
    update_within: dict[Priority, timedelta]
    answer_within: timedelta
    access_for: timedelta = timedelta(hours=1)
    remind_after: tuple[timedelta, ...] = ()
    remind_of: tuple[str, ...] = ()


class Policy(_Part):
    """One policy; `version` goes into every event that was decided under it."""

    version: str
    verification: VerificationPolicy
    identity: IdentityPolicy
    triage: TriagePolicy
    investigation: InvestigationPolicy
    resolution: ResolutionPolicy
    notify: NotifyPolicy


@cache
def load(name: str) -> Policy:
    """Read the policy of that name. Raises UsageError if there is none, or not a whole one."""
    folder = files("shared") / "policies"
    known = sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name[-5:] == ".yaml")
    if name not in known:
        raise UsageError(f"there is no such policy; choose one of {', '.join(known)}")
    return Policy.model_validate(yaml.safe_load((folder / f"{name}.yaml").read_text("utf-8")))
