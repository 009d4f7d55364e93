"""The vendored files are what npm's packages hold, and their licences are beside them."""

import hashlib
from pathlib import Path

import pytest

import shared.pages
from services.notify.html import span
from shared.pages.assets import address_of

STATIC = Path(shared.pages.__file__).parent / "static"
LISTED = [line.split() for line in (STATIC / "vendored.sha256").read_text().splitlines()[1:]]


@pytest.mark.parametrize(("digest", "name"), LISTED)
def test_a_vendored_file_is_unchanged(digest, name):
    assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == digest


def test_every_minified_file_is_listed_and_licensed():
    minified = {path.name for path in STATIC.iterdir() if ".min." in path.name}

    assert minified == {name for _, name in LISTED}
    assert {path.name for path in (STATIC / "licenses").iterdir()} == {"htmx.txt", "uplot.txt"}


def test_a_files_address_changes_with_its_content():
    assert address_of("pages.css") != address_of("board.js").replace("board.js", "pages.css")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, ""), (0.05, "50 ms"), (2.1, "2.1 s"), (90, "2 min"), (7200, "2 h"), (172_800, "2 d")],
)
def test_a_span_is_told_in_the_largest_unit_that_fits(seconds, text):
    assert span(seconds) == text
