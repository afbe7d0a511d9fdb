"""Root and issuing authority: a certificate with its key, and what they issue.

Keys are made here and nowhere else, so the choice of algorithm and size is one screen.
"""

from collections.abc import Callable
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
from signing.pki.errors import KeyFolderUnusable, ValidityTooLong

ROOT_NAME = "root"
ISSUING_NAME = "issuing"

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def new_authority_key() -> rsa.RSAPrivateKey:
    """A key for an authority, the TSA or the OCSP responder: RSA-3072, readable by every verifier we know."""
    return rsa.generate_private_key(public_exponent=65537, key_size=3072)


def new_key_for(profile: str, *, tsa_by_curve: bool = False) -> Callable[[], PrivateKey]:
    """How a key of this profile is made: RSA for services, P-256 for people and seals, and for a TSA that wants it."""
    rsa_too = profile == "ocsp" or (profile == "tsa" and not tsa_by_curve)
    return new_authority_key if rsa_too else new_signing_key


def new_signing_key() -> PrivateKey:
    """A key for an official or a seal: P-256, because opening an RSA key costs 40 ms of checks."""
    return ec.generate_private_key(ec.SECP256R1())


@dataclass(frozen=True)
class Authority:
    """A certification authority: `name` is its file name and the name of its list; without `key` it signs nothing."""

    name: str
    certificate: x509.Certificate
    key: CertificateIssuerPrivateKeyTypes | None = None
    address: str | None = None
    policy: str = ""

    @property
    def signing_key(self) -> CertificateIssuerPrivateKeyTypes:
        """Its private key, where it is at hand (KeyFolderUnusable)."""
        if self.key is None:
            raise KeyFolderUnusable(f"{self.name}.key.pem: the key is not here, or its passphrase is not known.")
        return self.key

    def issue(
        self,
        profile: Profile,
        subject: x509.Name,
        public_key: CertificatePublicKeyTypes,
        not_before: datetime,
        not_after: datetime | None = None,
        serial: int | None = None,
    ) -> x509.Certificate:
        """Issue a certificate for the life of its profile, at most to the end of this authority.

        An end that is asked for beyond the authority's is refused (ValidityTooLong).
        """
        last = self.certificate.not_valid_after_utc
        end = not_after or min(not_before + certificates.lifetime(profile), last)
        if end > last:
            raise ValidityTooLong(f"The certificate would outlive the authority {self.name}.")
        if end <= not_before:
            raise ValidityTooLong("The certificate would end before it begins.")
        identifier = self.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        name = self.certificate.subject
        issuer = Issuer(name, self.signing_key, identifier, self.address, self.name, self.policy)
        return certificates.make_certificate(issuer, profile, subject, public_key, not_before, end, serial)


def create_root(
    subject: x509.Name, key: PrivateKey, at: datetime, address: str | None = None, policy: str = ""
) -> Authority:
    """Make a self-signed root that lives thirty years from `at`."""
    issuer = Issuer(subject, key, x509.SubjectKeyIdentifier.from_public_key(key.public_key()))
    end = at + certificates.lifetime(certificates.ROOT)
    certificate = certificates.make_certificate(issuer, certificates.ROOT, subject, key.public_key(), at, end)
    return Authority(ROOT_NAME, certificate, key, address, policy)
