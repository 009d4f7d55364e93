"""The takeover playbook: whether somebody else used an account, judged from its history; pure."""

from dataclasses import asdict, dataclass

from services.investigation.playbooks.account_history import Happened, History
from services.investigation.playbooks.takeover_facts import TakeoverCase
from services.investigation.playbooks.takeover_rulebook import TAKEOVER
from services.investigation.playbooks.takeover_signals import Signal, signals
from shared.rules.danger import DANGER_RULES, DANGER_TERMS
from shared.rules.reading import Vocabulary, fold

MOST = 100
_VOCABULARY = Vocabulary([DANGER_TERMS])


@dataclass(frozen=True)
class TakeoverFinding:
    """The finding in the shape of the command line.

    `signals` and `cancel` name events by their id, else by their place in the facts; `freeze` is
    what to freeze, first things first.
    """

    id: str | int
    finding: str
    score: int
    signals: tuple[Signal, ...]
    freeze: tuple[str, ...]
    cancel: tuple[str | int, ...]
    remedy: str
    explanation: str

    def as_dict(self) -> dict[str, object]:
        """The finding as one JSON object."""
        return asdict(self)


def judge_takeover(case: TakeoverCase) -> TakeoverFinding:
    """What the signals add up to, beside what the customer says; never raises on any case."""
    history = History(case)
    seen = tuple(signals(history)) if history.all else ()
    score = min(MOST, sum(signal.weight for signal in seen))
    finding = _finding(case, history, score)
    outcome = TAKEOVER.findings[finding]
    return TakeoverFinding(
        id=case.id,
        finding=finding,
        score=score,
        signals=seen,
        freeze=outcome.freeze,
        cancel=tuple(e.name for e in history.not_broadcast) if outcome.cancel else (),
        remedy=outcome.remedy,
        explanation=outcome.explanation,
    )


def _finding(case: TakeoverCase, history: History, score: int) -> str:
    told = _told(case.claim.text)
    if told & TAKEOVER.given_away:
        return "credentials_given_away"
    if score >= TAKEOVER.interdict and (history.outflows or _changes(history)):
        return "confirmed_takeover"
    if score >= TAKEOVER.alert:
        return "suspected_takeover"
    if not history.sign_ins:
        return "undetermined"
    if not history.outflows:
        return "no_indication"
    return "first_party_suspected" if _by_known_device(history) else "undetermined"


def _told(text: str) -> frozenset[str]:
    """The rules of an emergency that hold for the customer's words."""
    fired = DANGER_RULES.fire(_VOCABULARY.read(fold(text)))
    return frozenset(one.rule.rule for one in fired)


def _changes(history: History) -> bool:
    return any(e.event.type in TAKEOVER.changes for e in history.all)


def _by_known_device(history: History) -> bool:
    """Whether all that left was sent from a device that had signed in before."""
    return all(_known(history, event) for event in history.outflows)


def _known(history: History, event: Happened) -> bool:
    before = {e.event.device for e in history.sign_ins if e.t <= event.t}
    return event.event.device is not None and event.event.device in before
