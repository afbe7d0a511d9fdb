"""Whether certificates still stand, for a signer who waits: remembered until their authority's answer ends.

An authority may take two minutes. Nobody is held so long: the question goes on in a thread of its own, whoever signs
waits `patience` seconds for it, and the next attempt finds the answer.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from config.clock import Clock
from config.sentences import later
from signing.pki.revoked import RevocationRegister
from signing.signer.errors import CertificateRefused, StandingUnknown
from signing.trust.errors import RevocationUnavailable
from signing.trust.status import Status, Told, ask_authority, has_address

PATIENCE = 5.0  # seconds that a person, or a job, waits for an authority
TIMEOUT = 180.0  # seconds for one address; a national responder was measured at 131
FRESH = timedelta(minutes=1)  # an older answer is asked for anew, and stands in where that brings none
PAUSE = timedelta(seconds=30)  # after an attempt without answer
AT_ONCE = 8  # questions on their way

REVOKED = later("The certificate is revoked.")
NOT_KNOWN = later("The authority of the certificate says that it does not know it.")
NO_ADDRESS = later("The certificate does not say where its authority tells of revocation.")
NO_ANSWER = later(
    "The authority of the certificate does not say just now whether it is revoked. Try again in some minutes."
)

logger = logging.getLogger(__name__)


@dataclass
class _Known:
    """What is known of one certificate: the last answer, when it was asked for, and the question on its way."""

    told: Told | None = None
    at: datetime | None = None
    tried: datetime | None = None
    arrived: threading.Event = field(default_factory=threading.Event)
    asking: bool = False
    began: float = 0.0  # by the monotonic clock


class Standing:
    """What authorities say of the certificates of our keys; safe to ask from several threads.

    The built-in authority is not asked: its register lies in the folder of keys and is read each time.
    """

    def __init__(self, folder: Path, clock: Clock, patience: float = PATIENCE) -> None:
        self._folder = folder
        self._clock = clock
        self._patience = patience
        self._register = RevocationRegister(folder)
        self._known: dict[bytes, _Known] = {}
        self._guard = threading.Lock()
        self._places = threading.BoundedSemaphore(AT_ONCE)

    def refuse_revoked(self, path: Sequence[x509.Certificate], newest: timedelta = FRESH) -> None:
        """Raise unless every certificate below the anchor, the last of `path`, is known to stand.

        CertificateRefused: it is revoked, or its authority cannot be asked. StandingUnknown: no answer yet. An
        answer older than `newest` is asked for again.
        """
        asked = []
        for certificate, issuer in pairwise(path):
            if (name := self._own_name(issuer)) is not None:
                found = self._register.find(name, certificate.serial_number)
                if found and found.at <= self._clock.now():
                    raise CertificateRefused(REVOKED)
            else:
                asked.append(self._ask(certificate, issuer, newest))
        for known in asked:
            self._judge(known)

    def prepare(self, path: Sequence[x509.Certificate]) -> None:
        """Begin to ask, and wait for nothing: at the start, so that the first to sign finds an answer."""
        for certificate, issuer in pairwise(path):
            if self._own_name(issuer) is None and has_address(certificate):
                self._ask(certificate, issuer, FRESH)

    def _own_name(self, issuer: x509.Certificate) -> str | None:
        for name in ("issuing", "root"):
            try:
                if x509.load_pem_x509_certificate((self._folder / f"{name}.pem").read_bytes()) == issuer:
                    return name
            except (OSError, ValueError):
                continue
        return None

    def _ask(self, certificate: x509.Certificate, issuer: x509.Certificate, newest: timedelta) -> _Known:
        """The entry of a certificate, with a question on its way where the answer is not new enough."""
        if not has_address(certificate):
            raise CertificateRefused(NO_ADDRESS)
        name = hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()
        with self._guard:
            known, now = self._known.setdefault(name, _Known()), self._clock.now()
            if known.told and known.at and now - known.at < newest and now <= known.told.until:
                return known
            paused = known.tried is not None and now - known.tried < PAUSE
            if not known.asking and not paused and self._places.acquire(blocking=False):
                known.asking, known.arrived, known.began = True, threading.Event(), time.monotonic()
                threading.Thread(target=self._fetch, args=(known, certificate, issuer), daemon=True).start()
        return known

    def _fetch(self, known: _Known, certificate: x509.Certificate, issuer: x509.Certificate) -> None:
        told, asked_at = None, self._clock.now()
        try:
            told = ask_authority(certificate, issuer, self._clock, TIMEOUT)
        except RevocationUnavailable as error:
            logger.warning("the authority of the certificate %x: %s", certificate.serial_number, error.detail)
        finally:
            with self._guard:
                known.asking, known.tried = False, None if told else self._clock.now()
                if told:
                    known.told, known.at = told, asked_at
                known.arrived.set()
            self._places.release()

    def _judge(self, known: _Known) -> None:
        """Wait for the question on its way, then go by the newest answer that has not ended."""
        if known.asking:  # whoever comes later waits the less: nobody pays for the same silence again and again
            known.arrived.wait(max(0.0, known.began + self._patience - time.monotonic()))
        with self._guard:
            told, now = known.told, self._clock.now()
        if told is None or (told.status is Status.GOOD and now > told.until):
            raise StandingUnknown(NO_ANSWER)
        if told.status is not Status.GOOD:
            raise CertificateRefused(REVOKED if told.status is Status.REVOKED else NOT_KNOWN)
