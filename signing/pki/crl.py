"""Certificate revocation lists of the built-in authority (RFC 5280, 5)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from signing.pki.authority import Authority
from signing.pki.revoked import Revocation

LIFETIME = timedelta(days=1)


def make_crl(
    authority: Authority, revocations: Iterable[Revocation], at: datetime, lifetime: timedelta = LIFETIME
) -> bytes:
    """The list of one authority as of `at`, DER; a later list always has the higher number."""
    issued = at.replace(microsecond=0)
    identifier = authority.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(issued)
        .next_update(issued + lifetime)
        .add_extension(x509.CRLNumber(int(at.timestamp() * 1000)), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
    )
    for revocation in revocations:
        if revocation.at <= at:
            builder = builder.add_revoked_certificate(_entry(revocation))
    return builder.sign(authority.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _entry(revocation: Revocation) -> x509.RevokedCertificate:
    entry = (
        x509.RevokedCertificateBuilder()
        .serial_number(revocation.serial)
        .revocation_date(revocation.at.replace(microsecond=0))
    )
    if revocation.reason is not x509.ReasonFlags.unspecified:  # RFC 5280, 5.3.1
        entry = entry.add_extension(x509.CRLReason(revocation.reason), critical=False)
    return entry.build()
