"""Ports that are held, remembered and refused."""

import json
import socket

import pytest

from shared.errors import UsageError
from shared.local.ports import Ports


def test_a_server_may_listen_on_a_port_that_is_held_for_it(tmp_path):
    with (
        Ports(tmp_path / "ports.json") as ports,
        socket.create_server(("127.0.0.1", ports.hold("web"))) as server,
        socket.create_connection(server.getsockname()),
    ):
        assert ports.hold("web") == server.getsockname()[1]


def test_two_names_never_get_the_same_port(tmp_path):
    with Ports(tmp_path / "one.json") as one, Ports(tmp_path / "two.json") as two:
        held = [ports.hold(str(name)) for name in range(50) for ports in (one, two)]

    assert len(set(held)) == 100


def test_a_name_gets_the_port_of_last_time(tmp_path):
    with Ports(tmp_path / "ports.json") as ports:
        first = ports.hold("web")
    with Ports(tmp_path / "ports.json") as ports:
        assert ports.hold("web") == first


def test_a_name_gets_another_port_when_its_own_is_taken(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        taken = stranger.getsockname()[1]
        (tmp_path / "ports.json").write_text(json.dumps({"web": taken}))

        with Ports(tmp_path / "ports.json") as ports:
            assert ports.hold("web") != taken


def test_a_wanted_port_that_is_taken_is_an_error_that_says_what_to_do(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        taken = stranger.getsockname()[1]

        with (
            Ports(tmp_path / "ports.json") as ports,
            pytest.raises(UsageError, match=f"port {taken} is taken: choose another with --port"),
        ):
            ports.hold("web", taken)


def test_an_unreadable_memory_is_forgotten(tmp_path):
    (tmp_path / "ports.json").write_text("{")

    with Ports(tmp_path / "ports.json") as ports:
        assert ports.hold("web")
