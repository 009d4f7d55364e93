"""Linear models learned from labelled texts: the answers to all questions in one sum."""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from struct import Struct
from typing import Any

LANE = 32  # bits of a sum: one lane for each answer, and one for the length
FULL = (1 << LANE) - 1
ZERO = 424  # the character that stands for no weight: letters on either side of it are steps
STEPS = 160  # the greatest weight, either way


@dataclass(frozen=True)
class Model:
    """Weights by feature, packed: a sum of whole numbers adds all lanes at once."""

    version: str
    questions: tuple[tuple[str, ...], ...]  # the possible answers to each
    step: float  # what a weight of 1 is worth
    bias: tuple[float, ...]
    weights: dict[str, int]
    meanings: dict[str, tuple[str, ...]]

    def shares(self, features: Iterable[str], favoured: str = "") -> list[dict[str, float]]:
        """How likely each answer to each question is; `favoured` adds one to an answer's logit."""
        known = [*filter(None, map(self.weights.get, features))]
        *lanes, length = self._lanes(sum(known))
        zero = ZERO * len(known)
        unit = self.step / math.sqrt(max(1, length - zero))
        logits = [(lane - zero) * unit + bias for lane, bias in zip(lanes, self.bias, strict=True)]
        if favoured in self._names:
            logits[self._names.index(favoured)] += 1.0
        rest = iter(logits)
        return [_shares(dict(zip(names, rest, strict=False))) for names in self.questions]

    def knows(self, features: Iterable[str]) -> bool:
        """Whether any feature has a weight."""
        return not self.weights.keys().isdisjoint(features)

    def speaking_for(self, name: str, features: Iterable[str], most: int) -> list[str]:
        """The features that speak loudest for an answer, at most so many."""
        lane, known = self._names.index(name) * LANE, self.weights.keys() & features
        loud = [(self.weights[feature] >> lane & FULL, feature) for feature in known]
        loud.sort(reverse=True)
        return [feature for weight, feature in loud[:most] if weight > ZERO]

    def _lanes(self, total: int) -> tuple[int, ...]:
        return self._packing.unpack(total.to_bytes(self._packing.size, "little"))

    @cached_property
    def _packing(self) -> Struct:
        return Struct(f"<{len(self.bias) + 1}I")  # LANE bits each

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(name for names in self.questions for name in names)


def _shares(logits: dict[str, float]) -> dict[str, float]:
    highest = max(logits.values())
    powers = {name: math.exp(logit - highest) for name, logit in logits.items()}
    total = sum(powers.values())
    return {name: power / total for name, power in powers.items()}


def packed(weights: str) -> int:
    """The weights of a feature, a character each, as one number of 32-bit lanes."""
    return int.from_bytes(weights.encode("utf-32-le"), "little")


def load_model(package: str, path: str) -> Model:
    """Read a file of a package, which `python -m services.triage.training` writes.

    Its first line is a JSON object; each other a feature, its weights, and what it means.
    """
    weights, meanings = {}, {}
    with files(package).joinpath(path).open(encoding="utf-8") as rows:
        head: dict[str, Any] = json.loads(next(rows))
        for row in rows:
            feature, lanes, meant = row.rstrip("\n").split("\t")
            if lanes:
                weights[feature] = packed(lanes)
            if meant:
                meanings[feature] = tuple(meant.split(","))
    return Model(
        version=head["version"],
        questions=tuple(map(tuple, head["questions"])),
        step=head["step"],
        bias=tuple(head["bias"]),
        weights=weights,
        meanings=meanings,
    )
