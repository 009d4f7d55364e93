"""Complaints for the tests of linking."""

from datetime import timedelta

from services.intake.linking.rules import links, traces_of
from services.intake.linking.state import Sought
from shared.events.personal import Personal
from shared.testing.scenario import START

KEY = b"k" * 32
TXID = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
ADDRESS = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
MIA, NOAH = "mia@example.com", "noah@example.com"


def traces(text="", contact=MIA, *, days=0.0, key=KEY, **ids):
    words = (Personal(text),) if text else ()
    sought = Sought(at=START + timedelta(days=days), words=words, **ids)
    return traces_of(sought, contact, key)


def link(mine, theirs):
    """The one link from `mine` to `theirs`, None where there is none."""
    found = links(mine, {"other": theirs})
    return found[0] if found else None


def reasons(mine, theirs):
    found = link(mine, theirs)
    return found.reasons if found else ()
