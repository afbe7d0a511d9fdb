"""The lists that are published: made anew when somebody was revoked, in good time before they end, and on demand.

A list whose authority's key is not here, as that of a root on another machine, is published as it was brought.
"""

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509

from config.clock import Clock
from signing.pki.authority import Authority
from signing.pki.crl import LIFETIME, make_crl
from signing.pki.errors import KeyFolderUnusable
from signing.pki.keyfolder import write_private
from signing.pki.revoked import RevocationRegister

LISTS = "crl"  # the folder in the folder of keys
HALF = LIFETIME / 2

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class PublishedList:
    """One list, DER, with what is asked about it."""

    der: bytes
    number: int
    since: datetime
    until: datetime
    serials: frozenset[int]


class Lists:
    """The lists of some authorities by name; safe to ask from several threads.

    With a `folder` they are kept there, so that a restart goes on with the numbers; without one in memory.
    """

    def __init__(
        self,
        authorities: Mapping[str, Authority],
        register: RevocationRegister,
        clock: Clock,
        folder: Path | None = None,
    ) -> None:
        self._authorities = authorities
        self._register = register
        self._clock = clock
        self._folder = folder / LISTS if folder else None
        self._held: dict[str, PublishedList] = {}
        self._guard = threading.Lock()

    def current(self, name: str, *, fresh: bool = False) -> PublishedList | None:
        """The list of an authority, None when there is none; `fresh`: one of this very second, where we can sign it.

        Raises KeyFolderUnusable when the register of revoked certificates cannot be read.
        """
        authority, now = self._authorities[name], self._clock.now()
        with self._guard:
            if authority.key is None:
                return self._kept(name)
            held = self._held.get(name) or self._kept(name)
            revoked = [one for one in self._register.all(name) if one.at <= now]
            serials = frozenset(one.serial for one in revoked)
            due = held is None or held.serials != serials or not held.since <= now < held.since + HALF
            if due or (fresh and held is not None and held.since < now.replace(microsecond=0)):
                held = _opened(make_crl(authority, revoked, now, above=held.number if held else 0))
                if due:
                    self._keep(name, held)
            if held is not None:
                self._held[name] = held
            return held

    def publish(self, name: str) -> PublishedList:
        """Sign the list of an authority now and keep it, whatever there was (KeyFolderUnusable)."""
        with self._guard:
            now, before = self._clock.now(), self._held.get(name) or self._kept(name)
            revoked = [one for one in self._register.all(name) if one.at <= now]
            made = _opened(make_crl(self._authorities[name], revoked, now, above=before.number if before else 0))
            self._keep(name, made)
            return made

    def _keep(self, name: str, made: PublishedList) -> None:
        self._held[name] = made
        if self._folder:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            write_private(self._folder / f"{name}.crl", made.der)

    def _kept(self, name: str) -> PublishedList | None:
        """What lies in the folder; a list that cannot be read is none."""
        path = self._folder / f"{name}.crl" if self._folder else None
        if path is None or not path.exists():
            return None
        try:
            return _opened(path.read_bytes())
        except (OSError, ValueError, x509.ExtensionNotFound):
            logger.error("the list %s.crl cannot be read", name)
            return None


def _opened(der: bytes) -> PublishedList:
    found = x509.load_der_x509_crl(der)
    number = found.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    until = found.next_update_utc
    if until is None:
        raise KeyFolderUnusable("A revocation list does not say until when it counts.")
    return PublishedList(der, number, found.last_update_utc, until, frozenset(one.serial_number for one in found))
