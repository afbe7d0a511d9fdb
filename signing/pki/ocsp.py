"""OCSP answers of the built-in authority, signed by a delegated responder (RFC 6960)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.x509 import ocsp

from signing.pki.revoked import Revocation

LIFETIME = timedelta(days=1)
MAX_NONCE = 32  # RFC 9654, 2.1


@dataclass(frozen=True)
class OcspResponder:
    """Answers for one authority; `issued` says whether a serial number was ever given."""

    authority: x509.Certificate
    authority_name: str
    certificate: x509.Certificate
    key: CertificateIssuerPrivateKeyTypes
    issued: Callable[[int], bool]
    revocation: Callable[[str, int], Revocation | None]

    def answer(self, request_der: bytes, at: datetime) -> bytes:
        """The DER answer to a DER request; what cannot be answered is said in the response status."""
        try:
            request = ocsp.load_der_ocsp_request(request_der)
            algorithm = request.hash_algorithm
            nonce = _nonce(request)
            # An unknown digest or a list of several certificates is refused, not guessed.
            known = (request.issuer_name_hash, request.issuer_key_hash) == self._identity(algorithm)
        except (ValueError, NotImplementedError, x509.DuplicateExtension, TypeError):
            return _refusal(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
        if not known:
            return _refusal(ocsp.OCSPResponseStatus.UNAUTHORIZED)  # RFC 5019, 2.2.3
        return self._signed(request.serial_number, algorithm, nonce, at)

    def status(self, certificate: x509.Certificate, at: datetime) -> bytes:
        """The DER answer about one certificate of the authority, without a request."""
        return self._signed(certificate.serial_number, hashes.SHA1(), None, at)  # noqa: S303 — id, not a signature

    def _signed(self, serial: int, algorithm: hashes.HashAlgorithm, nonce: bytes | None, at: datetime) -> bytes:
        found = self.revocation(self.authority_name, serial)
        revoked = found if found and found.at <= at else None
        status = ocsp.OCSPCertStatus.GOOD if self.issued(serial) else ocsp.OCSPCertStatus.UNKNOWN
        if revoked:
            status = ocsp.OCSPCertStatus.REVOKED
        name_hash, key_hash = self._identity(algorithm)
        updated = at.replace(microsecond=0)
        builder = (
            ocsp.OCSPResponseBuilder()
            .add_response_by_hash(
                name_hash,
                key_hash,
                serial,
                algorithm,
                status,
                updated,
                updated + LIFETIME,
                revoked.at.replace(microsecond=0) if revoked else None,
                _reason(revoked),
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, self.certificate)
            .certificates([self.certificate])
        )
        if nonce is not None:
            builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def _identity(self, algorithm: hashes.HashAlgorithm) -> tuple[bytes, bytes]:
        """The authority as a certificate id names it: digests of name and key (RFC 6960, 4.1.1)."""
        return (
            _digest(algorithm, self.authority.subject.public_bytes()),
            _digest(algorithm, _key_bits(self.authority)),
        )


def _key_bits(certificate: x509.Certificate) -> bytes:
    public_key = certificate.public_key()
    encoding, shape = serialization.Encoding.DER, serialization.PublicFormat.PKCS1
    if hasattr(public_key, "curve"):
        encoding, shape = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    return public_key.public_bytes(encoding, shape)


def _digest(algorithm: hashes.HashAlgorithm, data: bytes) -> bytes:
    digest = hashes.Hash(algorithm)
    digest.update(data)
    return digest.finalize()


def _nonce(request: ocsp.OCSPRequest) -> bytes | None:
    for extension in request.extensions:
        if isinstance(extension.value, x509.OCSPNonce):
            nonce = extension.value.nonce
            if not 1 <= len(nonce) <= MAX_NONCE:
                raise ValueError("nonce of a forbidden length")
            return nonce
        if extension.critical:
            raise ValueError("critical extension that we do not know")
    return None


def _reason(revocation: Revocation | None) -> x509.ReasonFlags | None:
    if revocation is None or revocation.reason is x509.ReasonFlags.unspecified:
        return None
    return revocation.reason


def _refusal(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(serialization.Encoding.DER)
