"""Multinomial logistic regression over sparse features (AdaGrad: Duchi, Hazan, Singer, 2011)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from shared.rules.reading.features import value_of

ROUNDS = 15
RATE = 0.3
DECAY = 1e-3
SEED = 1
LEAST_USED = 2  # texts that a feature must be in

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Row:
    """A text as the numbers of its features and their values, of length 1 together."""

    features: NDArray[np.int64]
    values: Floats


@dataclass(frozen=True)
class Learned:
    """Weights of each feature for each lane, and the bias of each lane."""

    weights: Floats
    bias: Floats


class Vocabulary:
    """The features that enough texts have, by number."""

    def __init__(self, texts: Sequence[set[str]]) -> None:
        """Count the features of `texts`."""
        counts = Counter(feature for text in texts for feature in text)
        kept = sorted(feature for feature, count in counts.items() if count >= LEAST_USED)
        self.numbers = {feature: number for number, feature in enumerate(kept)}

    def row(self, features: set[str]) -> Row:
        """A text's known features."""
        known = sorted(features & self.numbers.keys())
        values = np.array([value_of(feature) for feature in known], dtype=np.float32)
        length = np.sqrt(np.maximum(1.0, (values * values).sum()))
        numbers = np.array([self.numbers[feature] for feature in known], dtype=np.int64)
        return Row(numbers, (values / length).astype(np.float32))


def learned(
    rows: Sequence[Row], answers: Sequence[tuple[int, ...]], lanes: Sequence[int], size: int
) -> Learned:
    """Weights for `size` features; `lanes` says how many classes each question has.

    `answers` gives, for each row, the right class of each question. The same rows give the same
    weights: the order is shuffled by a fixed seed.
    """
    total = sum(lanes)
    cuts = np.cumsum((0, *lanes))
    weights = np.zeros((size, total), dtype=np.float32)
    seen = np.full((size, total), 1e-3, dtype=np.float32)  # squares of the steps so far
    bias, bias_seen = np.zeros(total, dtype=np.float32), np.full(total, 1e-3, dtype=np.float32)
    order = np.arange(len(rows))
    chance = np.random.default_rng(SEED)
    for _ in range(ROUNDS):
        chance.shuffle(order)
        for number in order.tolist():
            row = rows[number]
            old = weights[row.features]
            error = probabilities(row.values @ old + bias, cuts)
            error[cuts[:-1] + answers[number]] -= 1
            slope = row.values[:, None] * error[None, :] + DECAY * old
            squares = seen[row.features] + slope * slope
            seen[row.features] = squares
            weights[row.features] = old - RATE * slope / np.sqrt(squares)
            bias_seen += error * error
            bias -= RATE * error / np.sqrt(bias_seen)
    return Learned(weights, bias)


def probabilities(logits: Floats, cuts: NDArray[np.int64]) -> Floats:
    """Softmax of each question by itself."""
    found = np.empty_like(logits)
    for start, end in pairwise(cuts):
        powers = np.exp(logits[start:end] - logits[start:end].max())
        found[start:end] = powers / powers.sum()
    return found
