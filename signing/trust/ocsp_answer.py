"""Decides whether an OCSP response may be believed (RFC 6960, 3.2); says nothing about what it answers."""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID


class CertificateNotKnown(ValueError):
    """The responder says that its authority never issued the certificate."""


def check_answer(
    content: bytes,
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    nonce: bytes,
    now: datetime,
    skew: timedelta,
    *,
    nonce_needed: bool = True,
) -> None:
    """Raises ValueError or InvalidSignature unless `content` (DER) is a fresh, true answer about
    `certificate`.

    Without `nonce_needed` an answer that was made beforehand and has no nonce counts too (RFC 5019, 4);
    CertificateNotKnown is raised only for an answer that is true and fresh.
    """
    answer = ocsp.load_der_ocsp_response(content)
    if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        raise ValueError(f"the responder refused: {answer.response_status.name.lower()}")
    asked = _issuer_key_hash(certificate, issuer, answer)
    if (answer.serial_number, answer.issuer_key_hash) != (certificate.serial_number, asked):
        raise ValueError("it is about another certificate")
    if _nonce(answer, nonce_needed) not in (nonce, None):
        raise ValueError("it is not the answer to this question")
    until = answer.next_update_utc
    if until is None or not answer.this_update_utc - skew <= now <= until:
        raise ValueError("it is stale, or from the future")
    _check_signature(answer, issuer, now)
    if answer.certificate_status is ocsp.OCSPCertStatus.UNKNOWN:
        raise CertificateNotKnown("the authority does not know the certificate")


def _nonce(answer: ocsp.OCSPResponse, needed: bool) -> bytes | None:
    try:
        return answer.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
    except x509.ExtensionNotFound:
        if needed:
            raise
        return None


def _issuer_key_hash(certificate: x509.Certificate, issuer: x509.Certificate, answer: ocsp.OCSPResponse) -> bytes:
    request = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, answer.hash_algorithm).build()
    return request.issuer_key_hash


def _check_signature(answer: ocsp.OCSPResponse, issuer: x509.Certificate, now: datetime) -> None:
    """By the issuer itself, or by a responder that it certified for this and nothing else (RFC 6960,
    4.2.2.2).
    """
    signer = _signer(answer, issuer)
    if signer != issuer:
        signer.verify_directly_issued_by(issuer)
        usage = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        if ExtendedKeyUsageOID.OCSP_SIGNING not in usage:
            raise ValueError("its signer is no responder")
        if not signer.not_valid_before_utc <= now <= signer.not_valid_after_utc:
            raise ValueError("its signer's certificate is not valid now")
    key, algorithm = signer.public_key(), answer.signature_hash_algorithm
    if algorithm is None:
        raise ValueError("its signature algorithm is unknown")
    if isinstance(key, RSAPublicKey):
        key.verify(answer.signature, answer.tbs_response_bytes, PKCS1v15(), algorithm)
    elif isinstance(key, EllipticCurvePublicKey):
        key.verify(answer.signature, answer.tbs_response_bytes, ECDSA(algorithm))
    else:
        raise ValueError("its signer's kind of key is unknown")


def _signer(answer: ocsp.OCSPResponse, issuer: x509.Certificate) -> x509.Certificate:
    """The certificate inside that the answer names; others are only there to complete a path. Else the issuer."""
    for candidate in answer.certificates:
        key_hash = x509.SubjectKeyIdentifier.from_public_key(candidate.public_key()).digest
        if candidate.subject == answer.responder_name or answer.responder_key_hash == key_hash:
            return candidate
    return issuer
