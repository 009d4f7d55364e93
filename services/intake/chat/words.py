"""The chat's words in every language that customers read."""

from typing import Any

from shared.pages import html
from shared.pages.languages import LANGUAGES

WORDS: dict[str, dict[str, Any]] = {
    language: html.words("services.intake.chat", "words", language) for language in LANGUAGES
}
