"""Lists come from the addresses that an administrator named, are verified before they are kept, and outlive liars."""

from __future__ import annotations

import dataclasses
import ipaddress
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

import signing.reactions
from config.access import SYSTEM
from config.clock import FrozenClock
from config.events import Reactor
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from signing.anchors.change import Purposes, drop_list, name_list, open_group, take_in
from signing.anchors.fetch import fetch_lists, may_be_asked
from signing.anchors.models import RevocationList
from signing.anchors.queries import group_by_key, lists_in_force
from signing.anchors.shown import shown_lists
from signing.trust.anchors import TrustStore
from tests.pki.build import pki
from tests.pki.serve import serving
from tests.signing.anchors.build import others

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)


@pytest.fixture
def reactor() -> Reactor:
    return Reactor([signing.reactions.REACTIONS])


class Server:
    """Gives whatever `answer` is at the moment, and counts who asked."""

    def __init__(self) -> None:
        self.answer, self.status, self.asked = b"", "200 OK", 0

    def __call__(self, environ: Any, start_response: Any) -> list[bytes]:
        self.asked += 1
        start_response(self.status, [("Content-Type", "application/pkix-crl"), ("Location", "http://127.0.0.1:1/")])
        return [self.answer]


@pytest.fixture
def server() -> Iterator[tuple[Server, str]]:
    made = Server()
    with serving(made) as url:
        yield made, f"{url}/list.crl"


@pytest.fixture
def named(unit: UnitOfWork, settings: Settings, server: tuple[Server, str]) -> UnitOfWork:
    """A group with another root, and the address of its list."""
    unit.tools.add(dataclasses.replace(settings, list_networks=LOOPBACK))
    unit.tools.add(TrustStore.of([pki().root]))
    with unit.begin(SYSTEM) as work:
        open_group(work, "public", {"vi": "Công cộng", "en": "Public"}, Purposes(signatures=True, timestamps=True))
        take_in(work, "public", others().root.der)
        name_list(work, "public", server[1], others().root.der)
    return unit


def states(unit: UnitOfWork) -> tuple[str, str | None]:
    """The colour that the page shows, and the fault of the last attempt."""
    with unit.begin(SYSTEM) as work:
        (one,) = shown_lists(work, group_by_key(work, "public"))
        return one.colour, one.kept.fault if one.kept else None


def kept(unit: UnitOfWork) -> list[bytes]:
    with unit.begin(SYSTEM) as work:
        return list(lists_in_force(work))


def test_a_good_list_is_kept_and_grows_old(named: UnitOfWork, server: tuple[Server, str], clock: FrozenClock) -> None:
    assert states(named) == ("red", None)
    server[0].answer = others().crl(others().root, clock.now(), (7,))
    (done,) = fetch_lists(named)
    assert done.fault is None
    assert kept(named) == [server[0].answer]
    assert states(named) == ("green", None)
    clock.advance(days=8)
    assert states(named)[0] == "red"


Forge = Callable[[FrozenClock], bytes]
LIES: dict[str, Forge] = {
    "somebody else's": lambda clock: pki().crls(clock.now())[1],
    "signed by the authority below": lambda clock: others().crl(others().issuing, clock.now()),
    "stale": lambda clock: others().crl(others().root, clock.now() - timedelta(days=30)),
    "from the future": lambda clock: others().crl(others().root, clock.now() + timedelta(days=1)),
    "older than the one that is kept": lambda clock: others().crl(others().root, clock.now() - timedelta(days=1)),
    "altered": lambda clock: others().crl(others().root, clock.now(), (9,))[:-1] + b"\0",
    "a page": lambda clock: b"<html>",
    "nothing": lambda clock: b"",
    "too long": lambda clock: b"0" * 5_000_001,
}


@pytest.mark.parametrize("lie", LIES)
def test_the_last_good_list_outlives_a_server_that_lies(
    named: UnitOfWork, server: tuple[Server, str], clock: FrozenClock, lie: str
) -> None:
    good = server[0].answer = others().crl(others().root, clock.now())
    fetch_lists(named)
    server[0].answer = LIES[lie](clock)
    (done,) = fetch_lists(named)
    assert done.fault
    assert kept(named) == [good]
    assert states(named) == ("amber", done.fault)


def test_redirects_and_errors_change_nothing(named: UnitOfWork, server: tuple[Server, str]) -> None:
    for status in ("302 Found", "404 Not Found", "503 Service Unavailable"):
        server[0].status = status
        assert all(one.fault for one in fetch_lists(named))
    assert kept(named) == []


def test_machines_inside_are_not_asked_unless_the_installation_names_their_network(
    named: UnitOfWork, server: tuple[Server, str], settings: Settings
) -> None:
    named.tools.add(dataclasses.replace(settings, list_networks=()))
    (done,) = fetch_lists(named)
    assert done.fault == "The address leads to a machine that must not be asked."
    assert server[0].asked == 0
    outside = may_be_asked(())
    inside = ("127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fd00::1", "0.0.0.0", "224.0.0.1")
    assert not any(outside(ipaddress.ip_address(one)) for one in inside)
    assert outside(ipaddress.ip_address("8.8.8.8"))


def test_an_address_that_was_dropped_is_asked_no_more_and_its_list_counts_no_more(
    named: UnitOfWork, server: tuple[Server, str], clock: FrozenClock
) -> None:
    server[0].answer = others().crl(others().root, clock.now())
    fetch_lists(named)
    with named.begin(SYSTEM) as work:
        sha256 = work.session.scalars(sa.select(RevocationList.issuer_sha256)).one()
        drop_list(work, "public", server[1], sha256)
    assert kept(named) == []
    assert list(fetch_lists(named)) == []
    assert server[0].asked == 1
