"""The chat's words in every language that customers read."""

from importlib.resources import files
from typing import Any

import yaml

from shared.pages.languages import LANGUAGES

_FOLDER = files("services.intake.chat") / "words"
WORDS: dict[str, dict[str, Any]] = {
    language: yaml.safe_load((_FOLDER / f"{language}.yaml").read_text("utf-8"))
    for language in LANGUAGES
}
