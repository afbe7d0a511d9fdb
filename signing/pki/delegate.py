"""The responder's delegated key: found again when its file changes, renewed before it ends, without a restart."""

import logging
import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.x509.ocsp import OCSPResponseStatus

from config.errors import Refused
from config.retired import RetiredKeys
from signing.pki.authority import PrivateKey
from signing.pki.built_in import BuiltInAuthority
from signing.pki.issue import Renewal, renew
from signing.pki.keyfiles import read_password, unpack
from signing.pki.marks import mark_of
from signing.pki.ocsp import OcspResponder, Reply, refusal
from signing.pki.revoked import RevocationRegister

EARLY = timedelta(days=30)  # before its end the certificate is renewed
PAUSE = timedelta(hours=1)  # between attempts
NAME = "ocsp"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Held:
    """A responder with the file that its key came from."""

    responder: OcspResponder
    seen: tuple[int, int]


class DelegatedResponder:
    """Answers with the key that lies in the folder now; safe to ask from several threads."""

    def __init__(self, built_in: BuiltInAuthority, register: RevocationRegister) -> None:
        self._built_in = built_in
        self._path = built_in.folder / f"{NAME}.p12"
        certificate, key = _opened(self._path)
        responder = OcspResponder(
            built_in.issuing.certificate, built_in.issuing.name, certificate, key, built_in.issued, register.find
        )
        self._held = _Held(responder, _state(self._path))
        self._retired = RetiredKeys(built_in.folder)
        self._renewing = threading.Lock()
        self._next_attempt: datetime | None = None

    def reply(self, request_der: bytes, at: datetime) -> Reply:
        """See OcspResponder.reply; tryLater while no key is valid."""
        self._renew_in_time(at)
        held = self._current()
        if not held.certificate.not_valid_before_utc <= at <= held.certificate.not_valid_after_utc:
            return refusal(OCSPResponseStatus.TRY_LATER)
        if self._retired.find(mark_of(held.certificate)):  # until the key that follows it lies in the file
            return refusal(OCSPResponseStatus.TRY_LATER)
        return held.reply(request_der, at)

    def _current(self) -> OcspResponder:
        """With the key in the file; a file that cannot be opened, half a rotation, leaves the one before in use."""
        held = self._held
        try:
            seen = _state(self._path)
            if seen != held.seen:
                certificate, key = _opened(self._path)
                held = self._held = _Held(replace(held.responder, certificate=certificate, key=key), seen)
        except (OSError, Refused) as error:
            logger.warning("the responder's new key cannot be used: %s", error)
        return held.responder

    def _renew_in_time(self, at: datetime) -> None:
        """Make a new key and certificate, where the issuing key is at hand; one thread does, the others go on."""
        left = self._held.responder.certificate.not_valid_after_utc - at
        if left > EARLY or (self._next_attempt and at < self._next_attempt):
            return
        if not self._renewing.acquire(blocking=False):
            return
        try:
            self._next_attempt = at + PAUSE
            self._renew(at)
        finally:
            self._renewing.release()

    def _renew(self, at: datetime) -> None:
        if self._built_in.issuing.key is None:
            logger.warning("the responder's certificate ends soon; renew it: antin signing renew-certificate ocsp")
            return
        try:
            password = read_password(self._path.with_suffix(".pass"))
            renew(self._built_in, NAME, Renewal(at, password=password, by="responder"))
            logger.info("the responder's certificate was renewed")
        except (OSError, Refused) as error:
            logger.error("the responder's certificate cannot be renewed: %s", error)


def _opened(path: Path) -> tuple[x509.Certificate, PrivateKey]:
    key, certificate, _ = unpack(path, read_password(path.with_suffix(".pass")) or b"")
    return certificate, key


def _state(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_ino
