"""What a text is looked up by: folded word stems, and pairs of signs where no space parts words."""

import re
from collections import Counter

from shared.rules.reading import fold

STEM = 5  # letters that "deposit", "deposited", "пополнение" and "пополнения" have in common
_SPACELESS = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"
_RUN = re.compile(rf"[{_SPACELESS}]+|[^\W{_SPACELESS}]+")


def terms(text: str) -> Counter[str]:
    """Each term of a text with how often it stands there."""
    return Counter(term for run in _RUN.findall(fold(text)) for term in _of(run))


def _of(run: str) -> list[str]:
    if not re.match(f"[{_SPACELESS}]", run):
        return [run[:STEM]] if len(run) > 1 else []
    return [run[at : at + 2] for at in range(max(1, len(run) - 1))]
