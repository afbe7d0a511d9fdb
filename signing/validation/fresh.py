"""Fetches fresh revocation data for a document before it is validated.

What a document carries is enough on the day of issue; later its timestamps' own authority must be asked again. Only
certificates from our own roots are asked about, and only at the responder in the settings.

1. For a document of our own: `fresh_revocation`, in one process.
2. For anybody's: the confined child decides what it needs and judges what comes (`fetched`); the process that can reach
   the responder carries question and answer (`Messenger`) and reads neither certificate nor list.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from config.clock import FrozenClock
from signing.pades.certificates import certificates_of
from signing.pades.errors import DocumentNotSuitable
from signing.trust.anchors import TrustStore
from signing.trust.errors import RevocationUnavailable
from signing.trust.revocation import Revocation, RevocationSource
from signing.validation.policy import LARGEST_FILE
from signing.validation.question import Wanted

LIST = re.compile(r"/crl/(root|issuing|[0-9a-f]{40,64})\.crl")
NAME = re.compile(r"root|issuing|[0-9a-f]{40,64}")
DIGEST, LARGEST_SERIAL, NONCE = 32, 20, 16  # bytes (RFC 5280, 4.1.2.2; RFC 9654)
PATIENCE = 10.0  # seconds after which nothing more is asked of the responder
NOTHING = b""  # what a child is told when there is no answer
UTC = ZoneInfo("UTC")


def fresh_revocation(pdf: bytes, source: RevocationSource) -> Revocation | None:
    """Fresh data about the signers of a document of our own; None when there is no answer to rely on."""
    if len(pdf) > LARGEST_FILE:
        return None
    try:
        known = source.known(certificates_of(pdf))
        return source.fetch(known) if known else None
    except (DocumentNotSuitable, RevocationUnavailable, ValueError):  # then it must stand on what it carries
        return None


class Messenger:
    """Carries a child's questions to our own responder, each made anew of the few things that may be asked there."""

    def __init__(self, source: RevocationSource) -> None:
        self._source, self._until = source, time.monotonic() + PATIENCE

    def bring(self, wanted: Wanted) -> bytes:
        """What the responder said, judged by nobody; NOTHING when it did not, or the question is none."""
        try:
            if time.monotonic() > self._until:
                return NOTHING
            if wanted.name is None:
                return self._source.exchange("POST", "/ocsp", _request(wanted))
            if not NAME.fullmatch(wanted.name):
                return NOTHING
            return self._source.exchange("GET", f"/crl/{wanted.name}.crl", None)
        except (RevocationUnavailable, ValueError, TypeError):
            return NOTHING


def _request(wanted: Wanted) -> bytes:
    sizes = len(wanted.issuer_name), len(wanted.issuer_key), len(wanted.nonce)
    if sizes != (DIGEST, DIGEST, NONCE) or not 0 < len(wanted.serial) <= LARGEST_SERIAL:
        raise ValueError("no question about a certificate")
    return (
        ocsp.OCSPRequestBuilder()
        .add_certificate_by_hash(
            wanted.issuer_name, wanted.issuer_key, int.from_bytes(wanted.serial, "big"), hashes.SHA256()
        )
        .add_extension(x509.OCSPNonce(wanted.nonce), critical=False)
        .build()
        .public_bytes(Encoding.DER)
    )


class _ByMessenger(RevocationSource):
    """In the child: the responder, behind whoever asked."""

    def __init__(self, bring: Callable[[Wanted], bytes], trust: TrustStore, at: datetime) -> None:
        super().__init__("", trust, FrozenClock(at, UTC))
        self._bring = bring

    def exchange(self, method: str, path: str, body: bytes | None) -> bytes:
        """As the responder itself would say it."""
        found = self._bring(_about(body) if body is not None else _list(path))
        if found == NOTHING:
            raise RevocationUnavailable("The responder cannot be reached.")
        return found


def _list(path: str) -> Wanted:
    match = LIST.fullmatch(path)
    if match is None:
        raise RevocationUnavailable("There is no such list.")
    return Wanted(match[1])


def _about(body: bytes) -> Wanted:
    request = ocsp.load_der_ocsp_request(body)
    serial = request.serial_number
    return Wanted(
        None,
        request.issuer_name_hash,
        request.issuer_key_hash,
        serial.to_bytes(max(1, (serial.bit_length() + 7) // 8), "big"),
        request.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce,
    )


def fetched(
    certificates: Iterable[bytes], bring: Callable[[Wanted], bytes] | None, trust: TrustStore, at: datetime
) -> tuple[list[bytes], Revocation | None]:
    """In the child: those of the certificates that are from our roots, and fresh data about them; never raises.

    Without `bring` nobody is asked.
    """
    known: list[bytes] = []
    try:
        source = _ByMessenger(bring or (lambda _: NOTHING), trust, at)
        known = source.known(certificates)
        return known, source.fetch(known) if known and bring else None
    except Exception:  # a hostile certificate may provoke anything; then it must stand on what it carries
        return known, None
