"""Certificate revocation lists of the built-in authority (RFC 5280, 5): always whole ones, never deltas."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from signing.pki.authority import Authority
from signing.pki.revoked import Revocation

LIFETIME = timedelta(days=1)


def make_crl(
    authority: Authority,
    revocations: Iterable[Revocation],
    at: datetime,
    lifetime: timedelta = LIFETIME,
    above: int = 0,
) -> bytes:
    """The list of one authority as of `at`, DER; its number is higher than `above` and grows with time.

    One list covers everything that an authority issued, so it carries no issuing distribution point: that is for
    lists about a part (RFC 5280, 5.2.5), and would tie a list to an address that certificates may outlive.
    """
    issued = at.replace(microsecond=0)
    identifier = authority.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    number = max(above + 1, int(at.timestamp() * 1000))
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(issued)
        .next_update(issued + lifetime)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
    )
    for revocation in revocations:
        if revocation.at <= at:
            builder = builder.add_revoked_certificate(_entry(revocation))
    return builder.sign(authority.signing_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _entry(revocation: Revocation) -> x509.RevokedCertificate:
    entry = (
        x509.RevokedCertificateBuilder()
        .serial_number(revocation.serial)
        .revocation_date(revocation.at.replace(microsecond=0))
    )
    if revocation.reason is not x509.ReasonFlags.unspecified:  # RFC 5280, 5.3.1
        entry = entry.add_extension(x509.CRLReason(revocation.reason), critical=False)
    if revocation.invalid_since:
        since = revocation.invalid_since.astimezone(UTC).replace(microsecond=0, tzinfo=None)
        entry = entry.add_extension(x509.InvalidityDate(since), critical=False)
    return entry.build()
