"""Why something was refused, in words."""

from importlib.resources import files

import yaml

from shared.http.errors import ProblemError

_WORDS: dict[str, str] = yaml.safe_load(
    (files("shared.pages") / "refusals.yaml").read_text("utf-8")
)


def words_of(rule: str) -> str:
    """A rule's words; its name where there are none."""
    plain = rule.replace("-", " ").replace("_", " ")
    return _WORDS.get(rule, f"{plain.capitalize()}.")


def why(problem: ProblemError) -> str:
    """What a problem says to a person."""
    return words_of(problem.rule or problem.slug)
