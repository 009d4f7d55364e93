"""A linear model of categories and priorities, learned from labelled texts: one sum for a text."""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Any

LANE = 32  # bits of a sum: one for each category and priority, and one for the length
FULL = (1 << LANE) - 1
ZERO = 424  # the character that stands for no weight: letters on either side of it are steps
STEPS = 160  # the greatest weight, either way


@dataclass(frozen=True)
class Scores:
    """Probabilities, each set adding up to 1, in the order of the model's names."""

    categories: dict[str, float]
    priorities: dict[str, float]


@dataclass(frozen=True)
class Model:
    """Weights by feature, packed: a sum of whole numbers adds all lanes at once."""

    version: str
    categories: tuple[str, ...]
    priorities: tuple[str, ...]
    step: float  # what a weight of 1 is worth
    bias: tuple[float, ...]
    weights: dict[str, int]
    meanings: dict[str, tuple[str, ...]]

    def scores(self, features: Iterable[str], favoured: str | None = None) -> Scores:
        """How likely each category and priority is; `favoured` adds one to a category's logit."""
        known = [*filter(None, map(self.weights.get, features))]
        lanes = [lane - ZERO * len(known) for lane in _lanes(sum(known), len(self.bias) + 1)]
        unit = self.step / math.sqrt(max(1, lanes.pop()))
        logits = [lane * unit + bias for lane, bias in zip(lanes, self.bias, strict=True)]
        if favoured in self.categories:
            logits[self.categories.index(favoured)] += 1.0
        cut = len(self.categories)
        return Scores(
            dict(zip(self.categories, _shares(logits[:cut]), strict=True)),
            dict(zip(self.priorities, _shares(logits[cut:]), strict=True)),
        )

    def knows(self, features: Iterable[str]) -> bool:
        """Whether any feature has a weight."""
        return not self.weights.keys().isdisjoint(features)

    def speaking_for(self, name: str, features: Iterable[str], most: int) -> list[str]:
        """The features that speak loudest for a category or priority, at most so many."""
        lane = self._names.index(name) * LANE
        loud = [
            (self.weights[feature] >> lane & FULL, feature)
            for feature in self.weights.keys() & features
        ]
        return [feature for weight, feature in sorted(loud, reverse=True)[:most] if weight > ZERO]

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return self.categories + self.priorities


def _lanes(total: int, count: int) -> list[int]:
    return [total >> LANE * lane & FULL for lane in range(count)]


def _shares(logits: list[float]) -> list[float]:
    highest = max(logits)
    powers = [math.exp(logit - highest) for logit in logits]
    total = sum(powers)
    return [power / total for power in powers]


def packed(weights: str) -> int:
    """The weights of a feature, a character each, as one number of 32-bit lanes."""
    return int.from_bytes(weights.encode("utf-32-le"), "little")


def load_model() -> Model:
    """Read `services/triage/data/model.tsv`, which `python -m services.triage.training` writes.

    Its first line is a JSON object; each other a feature, its weights, and what it means.
    """
    text = files("services.triage").joinpath("data", "model.tsv").read_text("utf-8")
    first, *rows = text.splitlines()
    head: dict[str, Any] = json.loads(first)
    weights, meanings = {}, {}
    for row in rows:
        feature, lanes, meant = row.split("\t")
        if lanes:
            weights[feature] = packed(lanes)
        if meant:
            meanings[feature] = tuple(meant.split(","))
    return Model(
        version=head["version"],
        categories=tuple(head["categories"]),
        priorities=tuple(head["priorities"]),
        step=head["step"],
        bias=tuple(head["bias"]),
        weights=weights,
        meanings=meanings,
    )
