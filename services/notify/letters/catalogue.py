"""Which languages there are letters in, and the version in force: a folder for each version.

A version that was approved is never edited, for letters were written with it: a change is the next
folder. `templates/approved-letters.sha256` says which those are; a test holds it.
"""

from importlib.resources import files

from shared.pages.languages import primary_of

FALLBACK = "en"
_LETTERS = files("services.notify") / "templates" / "letters"

CURRENT: dict[str, str] = {
    folder.name: max((v.name for v in folder.iterdir()), key=lambda name: int(name[1:]))
    for folder in _LETTERS.iterdir()
    if folder.is_dir()
}


def language_of(*wishes: str | None) -> str:
    """The language for the first wish that is one (`zh-Hant` counts as `zh`)."""
    wish = primary_of(next((w for w in wishes if w), FALLBACK))
    return wish if wish in CURRENT else FALLBACK
