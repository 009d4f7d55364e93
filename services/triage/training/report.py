"""How well a model understands texts that it has not seen, as lines for a terminal."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from services.triage.rules.category import CATEGORIES
from services.triage.rules.priority import PRIORITIES
from services.triage.training.examples import Example
from services.triage.training.learner import Floats

ALARMS = (0.5, 0.3, 0.2, 0.1, 0.05)


@dataclass(frozen=True)
class Judged:
    """An example, and what a model says of it."""

    example: Example
    categories: Floats
    priorities: Floats

    @property
    def right(self) -> bool:
        """Whether the category is."""
        return CATEGORIES[int(self.categories.argmax())] == self.example.category

    @property
    def alarm(self) -> float:
        """How likely the model finds an emergency."""
        powers = np.exp(self.priorities - self.priorities.max())
        return float(powers[0] / powers.sum())


def lines(judged: Sequence[Judged]) -> Iterator[str]:
    """Categories overall, on traps and by language; priorities; alarms by threshold."""
    yield f"texts {len(judged)}: categories {_share(judged, _right)}, priorities {_prio(judged)}"
    yield f"  traps: categories {_share([one for one in judged if one.example.trap], _right)}"
    for name in sorted({one.example.language for one in judged}):
        yield f"  {name}: {_share([one for one in judged if one.example.language == name], _right)}"
    urgent = [one for one in judged if one.example.priority == PRIORITIES[0]]
    for least in ALARMS:
        raised = [one for one in judged if one.alarm >= least]
        hit = sum(one.example.priority == PRIORITIES[0] for one in raised)
        recall, precision = hit / max(1, len(urgent)), hit / max(1, len(raised))
        yield f"  emergency from {least}: recall {recall:.3f}, precision {precision:.3f}"


def _right(one: Judged) -> bool:
    return one.right


def _prio(judged: Sequence[Judged]) -> str:
    return _share(
        judged, lambda one: PRIORITIES[int(one.priorities.argmax())] == one.example.priority
    )


def _share(judged: Sequence[Judged], good: Callable[[Judged], bool]) -> str:
    return f"{sum(map(good, judged)) / max(1, len(judged)):.3f}"
