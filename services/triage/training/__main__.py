"""`python -m services.triage.training`: learn the model anew, and tell how well it generalises."""

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from services.triage.rules.category import CATEGORIES
from services.triage.rules.priority import PRIORITIES
from services.triage.training.examples import (
    HERE,
    Example,
    examples,
    features_of,
    in_latin_letters,
    load_meanings,
)
from services.triage.training.learner import Learned, Vocabulary, learned
from services.triage.training.report import Judged, lines
from services.triage.training.writing import written

MODEL = HERE.parent / "data" / "model.tsv"
LANES = (len(CATEGORIES), len(PRIORITIES))


class Training:
    """The examples as rows of features; each Russian one in Latin letters too."""

    def __init__(self, found: Sequence[Example]) -> None:
        """Read every text once."""
        self.examples = found
        self.meanings = load_meanings()
        texts = [features_of(one.text, self.meanings) for one in found]
        spelled = [(one, in_latin_letters(one)) for one in found]
        again = [(one, features_of(text, self.meanings)) for one, text in spelled if text]
        self.vocabulary = Vocabulary([*texts, *(features for _, features in again)])
        self.rows = [self.vocabulary.row(features) for features in texts]
        self.again = [(one, self.vocabulary.row(features)) for one, features in again]

    def learn(self, fold: int = -1, folds: int = 1) -> Learned:
        """Weights from all examples but those of one part of a cross validation."""
        both = [*zip(self.examples, self.rows, strict=True), *self.again]
        kept = [(one, row) for one, row in both if one.fold_of(folds) != fold]
        answers = [_answers(one) for one, _ in kept]
        return learned([row for _, row in kept], answers, LANES, len(self.vocabulary.numbers))

    def judged(self, fold: int, folds: int) -> Iterable[Judged]:
        """What a model says of the part that it has not seen."""
        found = self.learn(fold, folds)
        for one, row in zip(self.examples, self.rows, strict=True):
            if one.fold_of(folds) == fold:
                logits = row.values @ found.weights[row.features] + found.bias
                yield Judged(one, *np.split(logits, [LANES[0]]))


def _answers(one: Example) -> tuple[int, int]:
    return CATEGORIES.index(one.category), PRIORITIES.index(one.priority)


def options() -> argparse.Namespace:
    """The arguments of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m services.triage.training",
        description="Learns the weights of triage's model from the labelled texts.",
        epilog="example: python -m services.triage.training --folds 5",
    )
    parser.add_argument("--folds", type=int, default=0, help="cross validation; 0: none")
    parser.add_argument("--model", type=Path, default=MODEL, help="where the weights go")
    parser.add_argument("--version", required=True, help="of the weights: year.number")
    return parser.parse_args()


def main() -> None:
    """Learn, tell, write."""
    asked = options()
    training = Training(examples())
    if asked.folds:
        parts = (training.judged(fold, asked.folds) for fold in range(asked.folds))
        print("\n".join(lines([one for part in parts for one in part])))  # noqa: T201 - its answer
    text = written(asked.version, training.vocabulary.numbers, training.learn(), training.meanings)
    asked.model.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
