"""The name of a network may stand in the clear; whatever else the field holds may not."""

import pytest

from services.investigation.playbooks.chains import CALLED, CHAINS
from shared.rules.networks import network_named


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("TRC20", "trc20"),
        ("erc-20", "erc-20"),
        (" Arbitrum  One ", "arbitrum one"),
        ("Bitcoin", "bitcoin"),
        ("TRC|20", None),
        ("Ann Lee, 4 Mill Road", None),
        ("ann", None),
        ("ann-lee", None),
        ("4915112345678", None),
        ("ann@mail.test", None),
        ("bitcoin\nann", None),
        ("", None),
        (None, None),
    ],
)
def test_a_network_is_named_by_a_known_name_and_by_no_other_text(said, name):
    assert network_named(said) == name


def test_every_name_that_the_playbooks_look_for_may_be_said():
    names = {*CALLED, *(chain.label.lower() for chain in CHAINS.values())}
    assert {name for name in names if network_named(name) is None} == set()
