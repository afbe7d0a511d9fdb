"""OCSP answers of the built-in authority, signed by a delegated responder (RFC 6960, RFC 5019).

The answer is put together here, because the library's builder knows one certificate in an answer only.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.x509 import ocsp
from cryptography.x509.ocsp import OCSPResponseStatus

from signing.pki import der
from signing.pki.errors import KeyFolderUnusable, RecordBroken
from signing.pki.ocsp_request import DIGESTS, NONCE, Asked, MalformedRequest, read_question
from signing.pki.revoked import Revocation
from signing.pki.schemes import scheme_of

LIFETIME = timedelta(days=1)
BASIC = "1.3.6.1.5.5.7.48.1.1"
SHA1 = "1.3.14.3.2.26"
GOOD, UNKNOWN = der.element(0x80), der.element(0x82)
REASON_CODES = {
    x509.ReasonFlags.key_compromise: 1,
    x509.ReasonFlags.ca_compromise: 2,
    x509.ReasonFlags.affiliation_changed: 3,
    x509.ReasonFlags.superseded: 4,
    x509.ReasonFlags.cessation_of_operation: 5,
    x509.ReasonFlags.privilege_withdrawn: 9,
}  # RFC 5280, 5.3.1; unspecified is left out


@dataclass(frozen=True)
class Reply:
    """An answer, DER; `until` is when it ends, None for what no cache may keep: refusals, and answers to a nonce."""

    content: bytes
    until: datetime | None = None


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
        return self.reply(request_der, at).content

    def reply(self, request_der: bytes, at: datetime) -> Reply:
        """The answer with how long it may be kept.

        Several certificates are answered together; one of an authority that is not ours is unknown beside ours,
        and alone refused as unauthorized (RFC 5019, 2.2.3). What is not on record is unknown, never good.
        """
        try:
            question = read_question(request_der)
        except MalformedRequest:
            return refusal(OCSPResponseStatus.MALFORMED_REQUEST)
        if not any(self._ours(asked) for asked in question.certificates):
            return refusal(OCSPResponseStatus.UNAUTHORIZED)
        if not self.certificate.not_valid_before_utc <= at <= self.certificate.not_valid_after_utc:
            return refusal(OCSPResponseStatus.TRY_LATER)
        try:
            singles = [self._single(asked, at) for asked in question.certificates]
        except (KeyFolderUnusable, RecordBroken):
            return refusal(OCSPResponseStatus.TRY_LATER)
        content = self._signed(singles, question.nonce, at)
        return Reply(content, self._until(at) if question.nonce is None else None)

    def status(self, certificate: x509.Certificate, at: datetime) -> bytes:
        """The DER answer about one certificate of the authority, without a request."""
        hashed = self._identity("sha1")
        algorithm = der.sequence(der.oid(SHA1), der.NULL)
        serial = certificate.serial_number
        encoded = der.sequence(algorithm, der.octets(hashed[0]), der.octets(hashed[1]), der.integer(serial))
        return self._signed([self._single(Asked(encoded, "sha1", *hashed, serial), at)], None, at)

    def _until(self, at: datetime) -> datetime:
        """When an answer of now ends: not later than the certificate that signs it."""
        return min(at.replace(microsecond=0) + LIFETIME, self.certificate.not_valid_after_utc)

    def _ours(self, asked: Asked) -> bool:
        return asked.digest in DIGESTS and (asked.name_hash, asked.key_hash) == self._identity(asked.digest)

    def _identity(self, digest: str) -> tuple[bytes, bytes]:
        """The authority as a certificate id names it: digests of name and key (RFC 6960, 4.1.1)."""
        made = DIGESTS[digest]
        return made(self.authority.subject.public_bytes()).digest(), made(_key_bits(self.authority)).digest()

    def _single(self, asked: Asked, at: datetime) -> bytes:
        """What is said about one certificate (SingleResponse, RFC 6960, 4.2.1)."""
        status = UNKNOWN
        if self._ours(asked):
            found = self.revocation(self.authority_name, asked.serial)
            if not self.issued(asked.serial):
                status = UNKNOWN
            elif found and found.at <= at:
                status = _revoked(found)
            else:
                status = GOOD
        until = der.explicit(0, der.generalized_time(self._until(at)))
        return der.sequence(asked.encoded, status, der.generalized_time(at), until)

    def _signed(self, singles: list[bytes], nonce: bytes | None, at: datetime) -> bytes:
        """The whole response around its parts (BasicOCSPResponse, RFC 6960, 4.2.1)."""
        responder = der.explicit(2, der.octets(DIGESTS["sha1"](_key_bits(self.certificate)).digest()))
        extensions = b""
        if nonce is not None:
            wrapped = der.sequence(der.oid(NONCE), der.octets(der.octets(nonce)))
            extensions = der.explicit(1, der.sequence(wrapped))
        data = der.sequence(responder, der.generalized_time(at), der.sequence(*singles), extensions)
        algorithm, value = self._sign(data)
        certificate = self.certificate.public_bytes(serialization.Encoding.DER)
        basic = der.sequence(data, algorithm, der.bits(value), der.explicit(0, der.sequence(certificate)))
        body = der.sequence(der.oid(BASIC), der.octets(basic))
        return der.sequence(der.enumerated(0), der.explicit(0, body))

    def _sign(self, data: bytes) -> tuple[bytes, bytes]:
        if not isinstance(self.key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
            raise KeyFolderUnusable("The responder's key is of a kind that it cannot sign with.")
        scheme = scheme_of(self.key)
        return scheme.algorithm, scheme.sign(data)


def refusal(status: OCSPResponseStatus) -> Reply:
    """An answer that says why there is none (RFC 6960, 2.3); no cache keeps it."""
    return Reply(ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(serialization.Encoding.DER))


def _revoked(revocation: Revocation) -> bytes:
    code = REASON_CODES.get(revocation.reason)
    reason = der.explicit(0, der.enumerated(code)) if code else b""
    return der.explicit(1, der.generalized_time(revocation.at), reason)


def _key_bits(certificate: x509.Certificate) -> bytes:
    """The octets of a public key without its algorithm, as a certificate id hashes them (RFC 6960, 4.1.1)."""
    public_key = certificate.public_key()
    encoding, shape = serialization.Encoding.DER, serialization.PublicFormat.PKCS1
    if hasattr(public_key, "curve"):
        encoding, shape = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    return public_key.public_bytes(encoding, shape)
