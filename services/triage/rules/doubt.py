"""How much of its own verdict a strange text leaves standing."""

from services.triage.rules.data import load

AT_MOST = 0.5  # the confidence in what was read from a strange text
LONG = 60  # characters from which a text should say more than one thing
VARIED = 10  # one word in so many is new, or one character in twice as many

_COMMANDS: tuple[str, ...] = tuple(load("doubt.yaml")["commands"])


def trusted(confidence: float, text: str, language: str) -> float:
    """The confidence, capped for a text without words, of few words, or that gives orders.

    What decided stays decided: an emergency is none the less one, but somebody looks.
    """
    strange = language == "und" or _repeats(text) or _commands(text)
    return min(confidence, AT_MOST) if strange else confidence


def _repeats(text: str) -> bool:
    if len(text) < LONG:
        return False
    words = text.split()
    if len(words) > VARIED:
        return len(set(words)) * VARIED <= len(words)
    return len(set(text)) * 2 * VARIED <= len(text)


def _commands(text: str) -> bool:
    lower = text.casefold()
    return any(command in lower for command in _COMMANDS)
