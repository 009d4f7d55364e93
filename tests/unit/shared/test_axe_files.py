"""The copy of axe-core that judges the pages is the one that npm's package holds."""

import hashlib
from pathlib import Path

import tests.browser

FOLDER = Path(tests.browser.__path__[0]) / "axe"


def test_axe_is_unchanged_and_licensed():
    digest, name = (FOLDER / "vendored.sha256").read_text("utf-8").splitlines()[1].split()

    assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == digest
    assert "Mozilla Public License" in (FOLDER / "LICENSE").read_text("utf-8")
