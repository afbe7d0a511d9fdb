"""Asks who issued a certificate, at the addresses in it, whether it still stands: OCSP first, then the list.

Only for certificates that lead to one of our roots: their authority wrote the addresses, not whoever sent a document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from config.clock import Clock
from config.tokens import random_bytes
from signing.trust.errors import RevocationNotTrusted, RevocationUnavailable
from signing.trust.exchange import Question, exchange
from signing.trust.ocsp_answer import CertificateNotKnown, check_answer
from signing.trust.revocation import SKEW, UNBELIEVABLE

Way = Callable[[str, x509.Certificate, x509.Certificate, Clock, float], "Told"]
MOST_ADDRESSES = 4  # of each kind that are tried


class Status(StrEnum):
    """What an authority says of a certificate: OCSP's three words (RFC 6960, 2.2)."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Told:
    """A verified answer, and until when its authority says that it may be kept."""

    status: Status
    until: datetime


def ask_authority(certificate: x509.Certificate, issuer: x509.Certificate, clock: Clock, timeout: float) -> Told:
    """What `issuer` says now; each address has `timeout` seconds.

    An answer that is stale, forged or about something else counts as none, and the next address is asked. Raises
    RevocationUnavailable when no address gave an answer to rely on, or when the certificate names none.
    """
    last = RevocationUnavailable("The certificate does not say where its authority tells of revocation.")
    for asked, address in _addresses(certificate):
        try:
            return asked(address, certificate, issuer, clock, timeout)
        except RevocationUnavailable as error:
            last = error
    raise last


def has_address(certificate: x509.Certificate) -> bool:
    """Whether the certificate says where its authority can be asked."""
    return next(_addresses(certificate), None) is not None


def _ocsp(address: str, certificate: x509.Certificate, issuer: x509.Certificate, clock: Clock, timeout: float) -> Told:
    """By OCSP. A certificate id of SHA-1 is the only one that every responder knows (RFC 5019, 2.1.1)."""
    nonce = random_bytes(16)
    request = (
        ocsp.OCSPRequestBuilder()
        .add_certificate(certificate, issuer, hashes.SHA1())  # noqa: S303 - names the certificate, protects nothing
        .add_extension(x509.OCSPNonce(nonce), critical=False)
        .build()
    )
    body, kind = request.public_bytes(Encoding.DER), {"Content-Type": "application/ocsp-request"}
    content = exchange(Question(address, "POST", body, kind), timeout)
    now = clock.now()
    try:
        check_answer(content, certificate, issuer, nonce, now, SKEW, nonce_needed=False)
        answer = ocsp.load_der_ocsp_response(content)
    except CertificateNotKnown:
        return Told(Status.UNKNOWN, now)
    except UNBELIEVABLE as error:
        raise RevocationNotTrusted(f"The OCSP answer must not be relied on: {error}.") from error
    revoked = answer.certificate_status is ocsp.OCSPCertStatus.REVOKED
    return Told(Status.REVOKED if revoked else Status.GOOD, answer.next_update_utc or now)


def _list(address: str, certificate: x509.Certificate, issuer: x509.Certificate, clock: Clock, timeout: float) -> Told:
    """By a complete list that the issuer signed itself (RFC 5280, 6.3)."""
    content = exchange(Question(address), timeout)
    now = clock.now()
    try:
        found = x509.load_der_x509_crl(content)
        _check_list(found, certificate, issuer)
        until = found.next_update_utc
        if until is None or not found.last_update_utc - SKEW <= now <= until:
            raise ValueError("it is stale, or from the future")
    except UNBELIEVABLE as error:
        raise RevocationNotTrusted(f"The revocation list must not be relied on: {error}.") from error
    entry = found.get_revoked_certificate_by_serial_number(certificate.serial_number)
    return Told(Status.GOOD if entry is None else Status.REVOKED, until)


def _check_list(found: x509.CertificateRevocationList, certificate: x509.Certificate, issuer: x509.Certificate) -> None:
    key = issuer.public_key()
    if not isinstance(key, RSAPublicKey | EllipticCurvePublicKey):
        raise TypeError("the authority's kind of key is unknown")
    allowed = issuer.extensions.get_extension_for_class(x509.KeyUsage).value.crl_sign
    if not allowed or found.issuer != certificate.issuer or not found.is_signature_valid(key):
        raise ValueError("it is not signed by the authority")
    for extension in found.extensions:
        if isinstance(extension.value, x509.IssuingDistributionPoint):
            _check_scope(extension.value, certificate)
        elif extension.critical:  # a list of changes only, for one
            raise ValueError("it has a critical extension that is not known here")


def _check_scope(scope: x509.IssuingDistributionPoint, certificate: x509.Certificate) -> None:
    """A list may be one of several of its authority; it must be the one that names this certificate's address."""
    try:
        is_authority = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        is_authority = False
    other = scope.only_contains_user_certs if is_authority else scope.only_contains_ca_certs
    if other or scope.only_contains_attribute_certs or scope.indirect_crl or scope.only_some_reasons:
        raise ValueError("it is a list of other certificates")
    named = {name.value for name in scope.full_name or ()}
    if scope.relative_name or (named and not named & set(_list_addresses(certificate))):
        raise ValueError("it is another of the authority's lists")


def _addresses(certificate: x509.Certificate) -> Iterator[tuple[Way, str]]:
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
        found = [one.access_location.value for one in access if one.access_method == AuthorityInformationAccessOID.OCSP]
    except x509.ExtensionNotFound:
        found = []
    yield from ((_ocsp, address) for address in found[:MOST_ADDRESSES] if _is_web(address))
    lists = [address for address in _list_addresses(certificate) if _is_web(address)]
    yield from ((_list, address) for address in lists[:MOST_ADDRESSES])


def _list_addresses(certificate: x509.Certificate) -> list[str]:
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return []
    return [
        name.value
        for point in points
        if not point.reasons and not point.crl_issuer
        for name in point.full_name or ()
        if isinstance(name, x509.UniformResourceIdentifier)
    ]


def _is_web(address: object) -> bool:
    return isinstance(address, str) and urlsplit(address).scheme in ("http", "https")
