"""Labelled texts, and the meanings of words that all languages share."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import yaml

from services.triage.rules import terms
from shared.rules.danger import LANGUAGES
from shared.rules.reading import features, fold, skeleton

HERE = Path(str(files("services.triage.training")))
TEXTS = HERE / "texts"
TUNING = Path("tests/unit/triage/cases/tuning.jsonl")  # in a checkout, where training happens
RUSSIAN = "ru"
Reading = Callable[[str, features.Meanings], set[str]]


@dataclass(frozen=True)
class Example:
    """A text, and what is right about it; `spelled` anew where it stands for another script."""

    identity: str
    language: str
    category: str
    priority: str
    trap: bool
    text: str

    def fold_of(self, folds: int) -> int:
        """Which part of a cross validation it belongs to: the same texts in all languages."""
        number = re.sub(r"-[a-z]{2}-", "-", self.identity)
        return int(hashlib.sha256(number.encode()).hexdigest(), 16) % folds


def examples() -> list[Example]:
    """Every labelled text there is to learn from, in a stable order."""
    return [one for path in (*sorted(TEXTS.glob("*.jsonl")), TUNING) for one in read(path)]


def read(path: Path) -> Iterator[Example]:
    """The examples of a file of JSON lines."""
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        names = ("id", "language", "category", "priority", "trap", "text")
        yield Example(*(row[name] for name in names))


def seen_by_triage(text: str, meanings: features.Meanings) -> set[str]:
    """What triage's model sees of a text."""
    return terms.read(text, meanings).features


def seen_at_the_door(text: str, meanings: features.Meanings) -> set[str]:
    """What the first screen's model sees of a text."""
    return features.features_of(fold(text), meanings)


def in_latin_letters(example: Example) -> str | None:
    """A Russian text as it is written without a Russian keyboard."""
    if example.language != RUSSIAN or example.text.isascii():
        return None
    return skeleton(fold(example.text))


def load_meanings() -> dict[str, tuple[str, ...]]:
    """Gram -> meanings, from `concepts/*.yaml`: meaning -> language -> words."""
    found: dict[str, set[str]] = {}
    for path in sorted((HERE / "concepts").glob("*.yaml")):
        for meaning, words in yaml.safe_load(path.read_text("utf-8")).items():
            if unknown := words.keys() - set(LANGUAGES):
                raise ValueError(f"{path.name}: {meaning}: {', '.join(sorted(unknown))}")
            for language, line in words.items():
                for word in str(line).split():
                    for gram in _grams(word, latin_too=language == RUSSIAN):
                        found.setdefault(gram, set()).add(meaning)
    return {gram: tuple(sorted(meant)) for gram, meant in sorted(found.items())}


def _grams(word: str, *, latin_too: bool) -> Iterator[str]:
    """The feature that a written word shows in: `start*`, `word`, or `two_words`."""
    goes_on = word.endswith("*")
    parts = re.sub(r"\d+", "0", fold(word.rstrip("*").replace("_", " "))).split()
    if not parts:
        return
    yield _gram(parts, goes_on=goes_on)
    if latin_too:
        yield _gram([f"~{skeleton(part)}" for part in parts], goes_on=goes_on)


def _gram(parts: list[str], *, goes_on: bool) -> str:
    if len(parts) > 1:
        return " ".join(part[: features.OF_A_PAIR] for part in parts[:2])
    if features.is_spaceless(parts[0]):
        return parts[0][: features.LONGEST_GRAM]
    return parts[0][: features.LONGEST_START] if goes_on else f"{parts[0]} "
