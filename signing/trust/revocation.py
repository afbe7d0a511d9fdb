"""Asks the certificate authority's responder which certificates are revoked, and believes only what it can
verify.

The addresses come from the settings, never from a document or a certificate: whoever sends us a PDF must
not choose whom we call.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from config.clock import Clock
from config.tokens import random_bytes
from signing.trust.anchors import TrustStore
from signing.trust.errors import RevocationNotTrusted, RevocationUnavailable
from signing.trust.exchange import Question, exchange
from signing.trust.ocsp_answer import check_answer

LARGEST_LIST = 20_000  # bytes; a longer list would swell every document, so single answers are taken instead
SKEW = timedelta(seconds=60)  # between the responder's clock and ours
TIMEOUT = 10.0  # seconds for one exchange

UNBELIEVABLE = (
    ValueError,
    TypeError,
    InvalidSignature,
    UnsupportedAlgorithm,
    x509.ExtensionNotFound,
    x509.DuplicateExtension,
)


@dataclass(frozen=True)
class Revocation:
    """Verified revocation data, DER each: certificate revocation lists and OCSP responses."""

    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()


def together(*parts: Revocation | None) -> Revocation | None:
    """All of several sources' data; None where none of them had any."""
    found = [one for one in parts if one is not None]
    if not found:
        return None
    return Revocation(
        tuple(dict.fromkeys(item for one in found for item in one.crls)),
        tuple(dict.fromkeys(item for one in found for item in one.ocsps)),
    )


class RevocationSource:
    """The responder at `url`: `/crl/root.crl`, `/crl/issuing.crl` and `/ocsp` (RFC 5280, RFC 6960)."""

    def __init__(self, url: str, trust: TrustStore, clock: Clock, timeout: float = TIMEOUT) -> None:
        self._url = url.rstrip("/")
        self._trust = trust
        self._clock = clock
        self._timeout = timeout

    def fetch(self, certificates: Sequence[bytes]) -> Revocation:
        """Fresh data about `certificates` (DER) and those above them; self-signed ones need none.

        Raises RevocationUnavailable, or RevocationNotTrusted for an answer that is forged, stale, about
        something else, or that does not know the certificate. That a certificate *is* revoked is an answer,
        not an error.
        """
        pool = self._pool(certificates)
        wanted = _with_issuers(map(x509.load_der_x509_certificate, certificates), pool, self._trust)
        issuers = dict.fromkeys(issuer for _, issuer in wanted)  # each is asked once
        lists: dict[x509.Certificate, bytes] = {issuer: self._list(issuer) for issuer in issuers}
        short = {issuer for issuer, found in lists.items() if len(found) <= LARGEST_LIST}
        return Revocation(
            tuple(lists[issuer] for issuer in lists if issuer in short),
            tuple(self._answer(certificate, issuer) for certificate, issuer in wanted if issuer not in short),
        )

    def known(self, certificates: Iterable[bytes]) -> list[bytes]:
        """Those of `certificates` (DER, from anywhere) that come from our roots; nobody is asked."""
        found, pool = [], self._pool(certificates)
        for certificate in pool:
            try:
                _with_issuers([certificate], pool, self._trust)
            except RevocationNotTrusted:
                continue
            found.append(certificate.public_bytes(Encoding.DER))
        return found

    def _pool(self, certificates: Iterable[bytes]) -> list[x509.Certificate]:
        everything = dict.fromkeys((*certificates, *self._trust.roots, *self._trust.intermediates))
        return [x509.load_der_x509_certificate(one) for one in everything]

    def _list(self, issuer: x509.Certificate) -> bytes:
        """The list of `issuer`, which must have signed it itself."""
        name = "root" if _der(issuer) in self._trust.roots else "issuing"
        content = self.exchange("GET", f"/crl/{name}.crl", None)
        try:
            found = x509.load_der_x509_crl(content)
            if name == "issuing" and _names_another(found, issuer):  # of one whose key was lost: its last list
                with suppress(RevocationUnavailable):  # there is none: then what came is what is not believed
                    content = self.exchange("GET", f"/crl/{_key_identifier(issuer).hex()}.crl", None)
                    found = x509.load_der_x509_crl(content)
            allowed = issuer.extensions.get_extension_for_class(x509.KeyUsage).value.crl_sign
            key = issuer.public_key()
            if not isinstance(key, RSAPublicKey | EllipticCurvePublicKey):
                raise TypeError("the authority's kind of key is unknown")
            good = allowed and found.issuer == issuer.subject and found.is_signature_valid(key)
        except UNBELIEVABLE as error:
            raise RevocationNotTrusted("The revocation list cannot be read.") from error
        if not good:
            raise RevocationNotTrusted("The revocation list is not signed by the authority.")
        until, now = found.next_update_utc, self._clock.now()
        if until is None or not found.last_update_utc - SKEW <= now <= until:
            raise RevocationNotTrusted("The revocation list is stale, or from the future.")
        return content

    def _answer(self, certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
        """The OCSP response about `certificate`, with our nonce in it."""
        nonce = random_bytes(16)
        request = (
            ocsp.OCSPRequestBuilder()
            .add_certificate(certificate, issuer, hashes.SHA256())
            .add_extension(x509.OCSPNonce(nonce), critical=False)
            .build()
        )
        content = self.exchange("POST", "/ocsp", request.public_bytes(Encoding.DER))
        try:
            check_answer(content, certificate, issuer, nonce, self._clock.now(), SKEW)
        except UNBELIEVABLE as error:
            raise RevocationNotTrusted(f"The OCSP answer must not be relied on: {error}.") from error
        return content

    def exchange(self, method: str, path: str, body: bytes | None) -> bytes:
        """What the responder says, judged by nobody yet; raises RevocationUnavailable."""
        # A list from a cache may be older than the signature that it shall be evidence for.
        headers = {"Content-Type": "application/ocsp-request"} if body else {"Cache-Control": "no-cache"}
        return exchange(Question(self._url + path, method, body, headers), self._timeout)


def _with_issuers(
    certificates: Iterable[x509.Certificate], pool: Sequence[x509.Certificate], trust: TrustStore
) -> list[tuple[x509.Certificate, x509.Certificate]]:
    """Each certificate on the way up, once, with its issuer; the way must end at a root of ours."""
    found: dict[x509.Certificate, x509.Certificate] = {}
    for start in certificates:
        current, seen = start, set[x509.Certificate]()
        while _der(current) not in trust.roots:
            if current in seen:
                raise RevocationNotTrusted("Certificates issued each other in a circle.")
            seen.add(current)
            found[current] = found.get(current) or _issuer(current, pool)
            current = found[current]
    return list(found.items())


def _issuer(certificate: x509.Certificate, pool: Sequence[x509.Certificate]) -> x509.Certificate:
    for candidate in pool:
        if candidate.subject != certificate.issuer or candidate == certificate:
            continue
        try:
            certificate.verify_directly_issued_by(candidate)
        except (ValueError, TypeError, InvalidSignature):
            continue
        return candidate
    raise RevocationNotTrusted("The issuer of a certificate is not known, so nobody can be asked about it.")


def _key_identifier(issuer: x509.Certificate) -> bytes:
    return issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest


def _names_another(found: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    """Whether a list says that it is of an authority with another name, or with another key of the same name."""
    try:
        named = found.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    except x509.ExtensionNotFound:
        named = None
    return found.issuer != issuer.subject or (named is not None and named != _key_identifier(issuer))


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)
