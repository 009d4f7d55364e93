"""Secrets in what a customer wrote: taken out of every free text before it is kept. Pure."""

from typing import Any

from services.intake.forms import F
from shared.rules.secrets import mask

PROSE = ("subject", "description", "text", "points", "reason", "comment")


def masked(form: F) -> tuple[F, tuple[str, ...]]:
    """The form without secrets, and the kinds of those that it held."""
    update: dict[str, Any] = {}
    kinds: set[str] = set()
    for name in PROSE:
        value = getattr(form, name, None)
        if value is None:
            continue
        found = [mask(text) for text in (value if isinstance(value, list) else [value])]
        kinds.update(kind for one in found for kind in one.kinds)
        texts = [one.text for one in found]
        update[name] = texts if isinstance(value, list) else texts[0]
    return form.model_copy(update=update), tuple(sorted(kinds))
