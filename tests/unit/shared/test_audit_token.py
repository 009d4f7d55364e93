"""Reading a secret never makes one."""

import pytest

from shared.cli.main import main
from shared.local.keys import keys


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("REDRESS_STATE_DIR", str(tmp_path))
    monkeypatch.delenv("REDRESS_TOKEN_KEY", raising=False)
    return tmp_path


def test_a_token_where_nothing_was_ever_started_makes_no_secrets(folder, capsys):
    with pytest.raises(SystemExit) as end:
        main(["token", "agent"])

    assert end.value.code == 2
    assert "nothing is running; start it with: redress up" in capsys.readouterr().err
    assert list(folder.iterdir()) == []


def test_a_token_is_made_with_the_secrets_that_are_there(folder, capsys):
    keys(folder)

    main(["token", "agent"])

    assert capsys.readouterr().out.count(".") == 2
