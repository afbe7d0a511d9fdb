"""Root and issuing authority: a certificate with its key, and what they issue.

Keys are made here and nowhere else, so the choice of algorithm and size is one screen.
"""

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import (
    CertificateIssuerPrivateKeyTypes,
    CertificatePublicKeyTypes,
)

from signing.pki import certificates
from signing.pki.certificates import Issuer, Profile
from signing.pki.errors import ValidityTooLong

ROOT_NAME = "root"
ISSUING_NAME = "issuing"

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def new_authority_key() -> rsa.RSAPrivateKey:
    """A key for an authority, the TSA or the OCSP responder: RSA-3072, readable by every verifier we know."""
    return rsa.generate_private_key(public_exponent=65537, key_size=3072)


def new_signing_key() -> PrivateKey:
    """A key for an official or a seal: P-256, because opening an RSA key costs 40 ms of checks."""
    return ec.generate_private_key(ec.SECP256R1())


@dataclass(frozen=True)
class Authority:
    """A certification authority that can sign: `name` is its file name and the name of its list."""

    name: str
    certificate: x509.Certificate
    key: CertificateIssuerPrivateKeyTypes
    address: str | None = None

    def issue(
        self,
        profile: Profile,
        subject: x509.Name,
        public_key: CertificatePublicKeyTypes,
        not_before: datetime,
        not_after: datetime | None = None,
    ) -> x509.Certificate:
        """Issue a certificate; refuses one that would outlive this authority (ValidityTooLong)."""
        end = not_after or not_before + certificates.lifetime(profile)
        if end > self.certificate.not_valid_after_utc:
            raise ValidityTooLong(f"The certificate would outlive the authority {self.name}.")
        identifier = self.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        issuer = Issuer(self.certificate.subject, self.key, identifier, self.address, self.name)
        return certificates.make_certificate(issuer, profile, subject, public_key, not_before, end)


def create_root(subject: x509.Name, key: PrivateKey, at: datetime, address: str | None = None) -> Authority:
    """Make a self-signed root that lives thirty years from `at`."""
    issuer = Issuer(subject, key, x509.SubjectKeyIdentifier.from_public_key(key.public_key()))
    end = at + certificates.lifetime(certificates.ROOT)
    certificate = certificates.make_certificate(issuer, certificates.ROOT, subject, key.public_key(), at, end)
    return Authority(ROOT_NAME, certificate, key, address)


def create_issuing(root: Authority, subject: x509.Name, key: PrivateKey, at: datetime) -> Authority:
    """Make the authority that issues to people, seals and services; it lives fifteen years from `at`."""
    certificate = root.issue(certificates.ISSUING, subject, key.public_key(), at)
    return Authority(ISSUING_NAME, certificate, key, root.address)
