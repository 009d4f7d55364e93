"""The weights as a file of lines that `shared/rules/model.py` reads."""

import json
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from services.triage.training.learner import Floats, Learned
from shared.rules.model import STEPS, ZERO
from shared.rules.reading.features import Meanings, value_of

KEPT = 99.97  # percentile of the weights that keep their size: the few beyond are cut


def written(
    version: str,
    questions: Sequence[Sequence[str]],
    numbers: Mapping[str, int],
    found: Learned,
    meanings: Meanings,
) -> str:
    """A JSON object, and a line for each feature: its name, its weights, what it means."""
    values = np.array([value_of(feature) for feature in numbers], dtype=np.float32)
    weights = found.weights * values[:, None]
    step = float(np.percentile(np.abs(weights).max(axis=1), KEPT)) / STEPS
    head = {
        "version": version,
        "step": round(step, 6),
        "bias": [round(float(bias), 4) for bias in found.bias],
        "questions": questions,
    }
    rows = _rows(numbers, weights / step, meanings)
    return "\n".join([json.dumps(head), *rows, ""])


def _rows(numbers: Mapping[str, int], steps: Floats, meanings: Meanings) -> Iterator[str]:
    for feature in sorted(numbers.keys() | meanings.keys()):
        number = numbers.get(feature)
        weights = "" if number is None else _characters(feature, steps[number])
        meant = ",".join(meanings.get(feature, ()))
        if weights or meant:
            yield f"{feature}\t{weights}\t{meant}"


def _characters(feature: str, steps: Floats) -> str:
    """A character for each lane, and one for the square of what the feature counts."""
    lanes = np.clip(np.rint(steps), -STEPS, STEPS).astype(int)
    return "".join(chr(ZERO + lane) for lane in (*lanes, int(value_of(feature) ** 2)))
