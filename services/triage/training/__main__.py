"""`python -m services.triage.training`: learns both models, and tells how well one generalises."""

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from services.triage.rules.category import CATEGORIES
from services.triage.rules.priority import PRIORITIES
from services.triage.training.examples import (
    HERE,
    Example,
    Reading,
    examples,
    in_latin_letters,
    load_meanings,
    seen_at_the_door,
    seen_by_triage,
)
from services.triage.training.learner import Learned, Vocabulary, learned
from services.triage.training.report import Judged, lines
from services.triage.training.writing import written
from shared.rules.danger import EMERGENCY
from shared.rules.first_screen import CALM, DANGER

MODEL = HERE.parent / "data" / "model.tsv"
SCREEN = HERE.parents[2] / "shared" / "rules" / "data" / "danger" / "model.tsv"
TRIAGE: Sequence[Sequence[str]] = (CATEGORIES, PRIORITIES)
DOOR: Sequence[Sequence[str]] = ((DANGER, CALM),)


class Training:
    """The examples as rows of features; each Russian one in Latin letters too."""

    def __init__(
        self, found: Sequence[Example], questions: Sequence[Sequence[str]], reading: Reading
    ) -> None:
        """Read every text once, in the way of `reading`."""
        self.examples, self.questions = found, questions
        self.lanes = [len(answers) for answers in questions]
        self.meanings = load_meanings()
        texts = [reading(one.text, self.meanings) for one in found]
        spelled = [(one, in_latin_letters(one)) for one in found]
        again = [(one, reading(text, self.meanings)) for one, text in spelled if text]
        self.vocabulary = Vocabulary([*texts, *(features for _, features in again)])
        self.rows = [self.vocabulary.row(features) for features in texts]
        self.again = [(one, self.vocabulary.row(features)) for one, features in again]

    def learn(self, fold: int = -1, folds: int = 1) -> Learned:
        """Weights from all examples but those of one part of a cross validation."""
        both = [*zip(self.examples, self.rows, strict=True), *self.again]
        kept = [(one, row) for one, row in both if one.fold_of(folds) != fold]
        answers = [self._answers(one) for one, _ in kept]
        return learned([row for _, row in kept], answers, self.lanes, len(self.vocabulary.numbers))

    def _answers(self, one: Example) -> tuple[int, ...]:
        danger = DANGER if one.priority == EMERGENCY else CALM
        right = (one.category, one.priority) if self.questions is TRIAGE else (danger,)
        return tuple(map(_place, self.questions, right))

    def judged(self, fold: int, folds: int) -> Iterable[Judged]:
        """What a model says of the part that it has not seen."""
        found = self.learn(fold, folds)
        for one, row in zip(self.examples, self.rows, strict=True):
            if one.fold_of(folds) == fold:
                logits = row.values @ found.weights[row.features] + found.bias
                yield Judged(one, *np.split(logits, [self.lanes[0]]))

    def write(self, path: Path, version: str) -> None:
        """Learn from everything, into a file."""
        numbers = self.vocabulary.numbers
        text = written(version, self.questions, numbers, self.learn(), self.meanings)
        path.write_text(text, "utf-8")


def _place(answers: Sequence[str], right: str) -> int:
    return answers.index(right)


def options() -> argparse.Namespace:
    """The arguments of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m services.triage.training",
        description="Learns the weights of triage's model and the first screen's from the texts.",
        epilog="example: python -m services.triage.training --version 2026.4 --folds 5",
    )
    parser.add_argument("--folds", type=int, default=0, help="cross validation; 0: none")
    parser.add_argument("--version", required=True, help="of the weights: year.number")
    return parser.parse_args()


def main() -> None:
    """Learn, tell, write."""
    asked, found = options(), examples()
    triage = Training(found, TRIAGE, seen_by_triage)
    if asked.folds:
        parts = (triage.judged(fold, asked.folds) for fold in range(asked.folds))
        print("\n".join(lines([one for part in parts for one in part])))  # noqa: T201 - its answer
    triage.write(MODEL, asked.version)
    Training(found, DOOR, seen_at_the_door).write(SCREEN, asked.version)


if __name__ == "__main__":
    main()
