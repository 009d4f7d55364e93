"""An approved version of a letter stays as it is: letters were written with it, and may be read
again at any time. `services/notify/templates/approved-letters.sha256` only ever grows."""

import hashlib
import shutil
from importlib.resources import as_file, files

import pytest

from services.notify.letters.catalogue import CURRENT

TEMPLATES = files("services.notify") / "templates"


def approved(listed):
    """The hash of each file, by its path below `letters`; the form is that of sha256sum."""
    rows = [line.split("  ", 1) for line in listed.splitlines()]
    paths = [path for _, path in rows]
    assert len(set(paths)) == len(paths)
    return {path: digest for digest, path in rows}


def faults(listed, root):
    """What is not as it was approved, and what to do instead."""
    known = approved(listed)
    there = {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in root.rglob("*")
        if path.is_file()
    }
    changed = [path for path, digest in known.items() if there.get(path) != digest]
    new = [f"{there[path]}  {path}" for path in sorted(there.keys() - known.keys())]
    return [f"{path} was approved as it was: add a version instead" for path in changed] + [
        f"not approved yet; once it is, add to approved-letters.sha256: {line}" for line in new
    ]


@pytest.fixture
def listed():
    return (TEMPLATES / "approved-letters.sha256").read_text("utf-8")


@pytest.fixture
def copy(tmp_path):
    with as_file(TEMPLATES / "letters") as letters:
        return shutil.copytree(letters, tmp_path / "letters")


def test_every_letter_is_as_it_was_approved(listed):
    with as_file(TEMPLATES / "letters") as letters:
        assert faults(listed, letters) == []


def test_every_language_in_force_is_approved(listed):
    in_force = {f"{language}/{version}" for language, version in CURRENT.items()}
    assert in_force <= {path.rpartition("/")[0] for path in approved(listed)}


@pytest.mark.parametrize("name", ["words.yaml", "decision.txt.j2"])
def test_a_letter_that_is_changed_in_place_is_told_to_become_a_version(listed, copy, name):
    file = copy / "ko/v1" / name
    file.write_bytes(file.read_bytes() + b"\n")
    assert faults(listed, copy) == [f"ko/v1/{name} was approved as it was: add a version instead"]


def test_a_letter_that_is_taken_away_is_missed(listed, copy):
    (copy / "fr/v1/words.yaml").unlink()
    (told,) = faults(listed, copy)
    assert told.startswith("fr/v1/words.yaml was approved")


def test_a_version_more_is_to_be_approved_and_changes_nothing_before_it(listed, copy):
    shutil.copytree(copy / "en/v1", copy / "en/v99")
    told = faults(listed, copy)
    assert len(told) == len(list((copy / "en/v1").iterdir()))
    assert all(line.startswith("not approved yet") and "  en/v99/" in line for line in told)
    grown = listed + "".join(f"{line.partition('256: ')[2]}\n" for line in told)
    assert faults(grown, copy) == []
