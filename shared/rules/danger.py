"""The terms and rules of an emergency, read once for all who need them."""

from shared.rules.reading import load_lexicons, load_rulebook

LANGUAGES = ("en", "zh", "ja", "ko", "ru", "es", "fr", "vi")

DANGER_TERMS = load_lexicons("shared.rules", "data/danger", LANGUAGES)
DANGER_RULES = load_rulebook("shared.rules", "data/danger/rules.yaml")
EMERGENCY = "P1"  # the priority of every rule here
