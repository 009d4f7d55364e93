"""Rules as data: which concepts together, in one sentence, mean what."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from itertools import chain
from typing import Any, get_args

import yaml

from shared.events.kinds import Category, Priority
from shared.rules.reading.sentences import Sentence

_KEYS = frozenset({"rule", "needs", "without", "besides", "category", "priority", "weight"})
Alternatives = frozenset[str]  # one of these must be there


@dataclass(frozen=True)
class Rule:
    """What must be told in one sentence (`needs`, `without`) and anywhere (`besides`)."""

    rule: str
    needs: tuple[Alternatives, ...]
    without: frozenset[str]
    besides: tuple[Alternatives, ...]
    category: str
    priority: str
    weight: int


@dataclass(frozen=True)
class Fired:
    """A rule that holds for a text, with the words that made it hold."""

    rule: Rule
    evidence: str


@dataclass(frozen=True)
class Rulebook:
    """Rules in the order they are tried, and the version of the data they came from."""

    rules: tuple[Rule, ...]
    version: str

    @property
    def triggers(self) -> frozenset[str]:
        """What a text must name for any rule to hold: the first need of each."""
        return frozenset().union(*(rule.needs[0] for rule in self.rules))

    def holds(self, sentences: tuple[Sentence, ...]) -> bool:
        """Whether any rule holds for these sentences."""
        anywhere = frozenset().union(*(sentence.words for sentence in sentences))
        near = (self.rules[place] for place in self._near(anywhere))
        return any(_may_hold(rule, anywhere) and _try(rule, sentences) for rule in near)

    def fire(self, sentences: Iterable[Sentence]) -> tuple[Fired, ...]:
        """Every rule that holds for these sentences, once."""
        distinct = {sentence.concepts: sentence for sentence in sentences}
        ordered = tuple(distinct.values())
        anywhere = frozenset().union(*distinct)
        near = [self.rules[place] for place in self._near(anywhere)]
        fired = [_try(rule, ordered) for rule in near if _may_hold(rule, anywhere)]
        return tuple(one for one in fired if one)

    def _near(self, anywhere: frozenset[str]) -> list[int]:
        """The places of the rules whose first need is told, in order."""
        led = filter(None, map(self._led_by.get, anywhere))
        return sorted({*chain.from_iterable(led)})

    @cached_property
    def _led_by(self) -> dict[str, tuple[int, ...]]:
        """The places of the rules whose first need a concept meets."""
        places: dict[str, tuple[int, ...]] = {}
        for place, rule in enumerate(self.rules):
            for concept in rule.needs[0]:
                places[concept] = (*places.get(concept, ()), place)
        return places


def _may_hold(rule: Rule, anywhere: frozenset[str]) -> bool:
    return not _lacks(rule.needs, anywhere) and not _lacks(rule.besides, anywhere)


def _lacks(needs: tuple[Alternatives, ...], told: AbstractSet[str]) -> bool:
    return any(map(told.isdisjoint, needs))


def _try(rule: Rule, sentences: tuple[Sentence, ...]) -> Fired | None:
    for sentence in sentences:
        words = sentence.words
        if not _lacks(rule.needs, words.keys()) and rule.without.isdisjoint(words):
            return Fired(rule, _shown(rule, words))
    return None


def _shown(rule: Rule, words: dict[str, str]) -> str:
    told = (words[min(words.keys() & some)] for some in rule.needs)
    return " + ".join(dict.fromkeys(told))


def load_rulebook(package: str, path: str) -> Rulebook:
    """Read a YAML file: `version`, `groups` (names for sets of concepts), `rules`.

    Raises ValueError, naming the rule, where a key, category or priority is none of ours.
    """
    data = yaml.load(files(package).joinpath(path).read_text("utf-8"), Loader=yaml.CSafeLoader)
    groups = {name: frozenset(concepts) for name, concepts in data.get("groups", {}).items()}
    rules = tuple(_rule(row, groups) for row in data["rules"])
    return Rulebook(rules, str(data["version"]))


def _check(row: dict[str, Any]) -> None:
    if unknown := row.keys() - _KEYS:
        raise ValueError(f"rule {row['rule']}: unknown key {', '.join(sorted(unknown))}")
    if row["category"] not in get_args(Category) or row["priority"] not in get_args(Priority):
        raise ValueError(f"rule {row['rule']}: unknown category or priority")


def _rule(row: dict[str, Any], groups: dict[str, frozenset[str]]) -> Rule:
    def some(names: str) -> Alternatives:
        """`a|b` as a set, groups spelled out."""
        sets = (groups.get(name, frozenset([name])) for name in names.split("|"))
        return frozenset().union(*sets)

    _check(row)
    return Rule(
        rule=row["rule"],
        needs=tuple(some(names) for names in row["needs"]),
        without=frozenset().union(*(some(names) for names in row.get("without", ()))),
        besides=tuple(some(names) for names in row.get("besides", ())),
        category=row["category"],
        priority=row["priority"],
        weight=row.get("weight", 10),
    )
