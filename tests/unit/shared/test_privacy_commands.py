"""Who asks for a person, and what the page for that person shows."""

import pytest

from shared.cli.access import page_of
from shared.cli.main import main
from shared.cli.persons import OWN_TOKEN, Person

URL = "https://redress.example"


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch, tmp_path):
    monkeypatch.setenv("REDRESS_PUBLIC_URL", URL)
    monkeypatch.setenv("REDRESS_STATE_DIR", str(tmp_path))
    monkeypatch.delenv("REDRESS_TOKEN_KEY", raising=False)
    monkeypatch.delenv(OWN_TOKEN, raising=False)


def test_a_token_of_ones_own_needs_no_key_of_the_installation(monkeypatch):
    monkeypatch.setenv(OWN_TOKEN, "mine")
    assert Person("a@b.example", "").headers == {"Authorization": "Bearer mine"}


def test_nobody_asks_without_a_name(capsys):
    with pytest.raises(SystemExit) as end:
        main(["privacy", "erase", "a@b.example", "--reason", "customer-asked"])
    assert end.value.code == 2
    assert "give --staff" in capsys.readouterr().err


def test_a_page_shows_words_as_words():
    one = {
        "reference": "RD-1",
        "received_at": "2026-11-23T09:00:00Z",
        "stands": "closed",
        "erased": False,
        "sorted_by_rule": {"category": "other", "priority": "P4"},
        "words": {"subject": "<script>alert(1)</script>"},
        "facts": {},
        **{name: [] for name in ("messages", "letters", "decisions", "actions", "readings")},
        **{name: [] for name in ("timeline", "evidence", "left_out")},
        "files": [
            {"name": "<b>", "media_type": "x", "size": 1, "status": "clean", "stored_as": None}
        ],
    }
    told = {"person": "a@b.example", "made_at": "now", "accounts": [], "information": {}}

    found = page_of({**told, "complaints": [one]})

    assert "&lt;script&gt;alert(1)" in found
    assert "<script" not in found
    assert "<b>" not in found
