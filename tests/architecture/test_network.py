"""No test reaches another machine; loopback and unix sockets stay open."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.network import NetworkInTest

ELSEWHERE = "192.0.2.1"  # a documentation address (RFC 5737): nobody is there


def test_a_connection_to_another_machine_is_refused_before_it_leaves() -> None:
    with socket.socket() as one, pytest.raises(NetworkInTest):
        one.connect((ELSEWHERE, 80))
    with socket.socket() as one, pytest.raises(NetworkInTest):
        one.connect_ex((ELSEWHERE, 80))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one, pytest.raises(NetworkInTest):
        one.sendto(b"?", (ELSEWHERE, 53))
    with socket.socket(socket.AF_INET6) as one, pytest.raises(NetworkInTest):
        one.connect(("2001:db8::1", 80))


def test_a_name_of_another_machine_is_not_looked_up() -> None:
    with pytest.raises(NetworkInTest):
        socket.getaddrinfo("example.org", 443)
    with pytest.raises(NetworkInTest):
        socket.create_connection(("example.org", 443))


def test_a_server_that_listens_to_the_world_is_refused() -> None:
    for address in ("0.0.0.0", ""):
        with socket.socket() as one, pytest.raises(NetworkInTest):
            one.bind((address, 0))


def test_loopback_and_unix_sockets_stay_open(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
        socket.create_connection(("localhost", server.getsockname()[1])).close()
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(str(tmp_path / "socket"))
        server.listen()
        client.connect(str(tmp_path / "socket"))
