"""Fetches revocation lists by the clock, from the addresses that an administrator named and from no other.

No document and no certificate ever leads to a request. A list is verified before it is kept; what a server says that
lies, or is away, changes nothing but the note that it did.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog
from cryptography import x509
from sqlalchemy.dialects.postgresql import insert

from config.access import SYSTEM
from config.settings import Settings
from config.unit_of_work import UnitOfWork, Work
from signing.anchors.errors import ListNotTrusted
from signing.anchors.models import RevocationList
from signing.anchors.queries import groups, kept_lists
from signing.anchors.rules import ListSource, fault_of_address, sources_of
from signing.trust.anchors import TrustStore
from signing.trust.errors import RevocationUnavailable
from signing.trust.exchange import Address, Question, exchange
from signing.trust.lists import BelievedList, believed
from signing.trust.revocation import UNBELIEVABLE

TIMEOUT = 10.0  # seconds for one list
LONGEST_FAULT = 300
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
log = structlog.get_logger()


@dataclass(frozen=True)
class Fetched:
    """What an address gave: a list that is believed, or why not."""

    source: ListSource
    content: bytes | None = None
    said: BelievedList | None = None
    fault: str | None = None


def fetch_lists(unit: UnitOfWork) -> Sequence[Fetched]:
    """Ask every address once; each list is kept in a transaction of its own, and none is open while one is asked."""
    allowed = may_be_asked(unit.tools[Settings].list_networks)
    with unit.begin(SYSTEM) as work:
        sources = sources_of(groups(work).values(), work.clock.now())
    done = []
    for source in sources:
        found = _asked(unit, source, allowed)
        with unit.begin(SYSTEM) as work:
            found = _kept(work, found)
        if found.fault:
            log.warning("revocation list not renewed", address=source.address, fault=found.fault)
        done.append(found)
    return done


def may_be_asked(inside: Sequence[Network]) -> Callable[[Address], bool]:
    """Machines of the public internet, and those in the networks that the installation names."""

    def allowed(address: Address) -> bool:
        mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
        real = mapped or address
        return (real.is_global and not real.is_multicast) or any(real in network for network in inside)

    return allowed


def _asked(unit: UnitOfWork, source: ListSource, allowed: Callable[[Address], bool]) -> Fetched:
    try:
        if fault := fault_of_address(source.address):
            raise ListNotTrusted(f"The address is none: {fault}.")
        _look_up(source.address, allowed)
        content = exchange(Question(source.address), TIMEOUT, allowed)
        issuer = x509.load_der_x509_certificate(source.issuer)
        said = believed(content, issuer, unit.tools[TrustStore].algorithms, unit.clock.now())
        return Fetched(source, content, said)
    except (RevocationUnavailable, ListNotTrusted) as error:
        return Fetched(source, fault=error.detail[:LONGEST_FAULT])
    except UNBELIEVABLE as error:
        return Fetched(source, fault=f"The list must not be relied on: {error}."[:LONGEST_FAULT])


def _look_up(address: str, allowed: Callable[[Address], bool]) -> None:
    """No connection is even begun to a name that leads inside; where it leads in the end is seen once more."""
    parts = urlsplit(address)
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or parts.scheme, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ListNotTrusted("The name of the server is not known.") from error
    if not all(allowed(ipaddress.ip_address(str(one[4][0]))) for one in found):
        raise ListNotTrusted("The address leads to a machine that must not be asked.")


def _kept(work: Work, found: Fetched) -> Fetched:
    """Put a good list in the place of the one before; an older one than that never takes it."""
    which = found.source.issuer_sha256, found.source.address
    before = kept_lists(work).get(which)
    if found.said and before and before.this_update and found.said.this_update < before.this_update:
        found = Fetched(found.source, fault="The list is older than the one that is kept.")
    values: dict[str, object] = {"tried_at": work.clock.now(), "fault": found.fault}
    if found.said is not None:
        values |= {"content": found.content, "fetched_at": work.clock.now(), **vars(found.said)}
    row = insert(RevocationList).values(issuer_sha256=which[0], address=which[1], **{"entries": 0} | values)
    work.session.execute(row.on_conflict_do_update(index_elements=["issuer_sha256", "address"], set_=values))
    return found
