"""Certificate profiles of the built-in authority: what each kind of certificate may be used for.

Trial names say "no legal value" in the subject, so that no verifier can mistake a trial for the real thing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.types import (
    CertificateIssuerPrivateKeyTypes,
    CertificatePublicKeyTypes,
)
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from config.authority import COUNTRY
from config.tokens import random_bytes
from signing.pki.errors import NameNotSuitable

LONGEST = 64  # of each part of a name (RFC 5280, appendix A.1)
SHORTENED = " …"
TRIAL_ORGANISATION = "Antin trial – no legal value – không có giá trị pháp lý"


@dataclass(frozen=True)
class Profile:
    """One kind of certificate: its life in years and the uses it allows (RFC 5280, 4.2.1)."""

    years: int
    usages: frozenset[str]
    purpose: x509.ObjectIdentifier | None = None
    purpose_critical: bool = False
    ca_path_length: int | None = None
    is_ca: bool = False
    ocsp_no_check: bool = False
    name: str = ""  # as the record calls it


# The root outlives every licence's retention; the issuing authority outlives the last timestamp below it.
ROOT = Profile(30, frozenset({"key_cert_sign", "crl_sign"}), name="root", is_ca=True, ca_path_length=1)
ISSUING = Profile(15, frozenset({"key_cert_sign", "crl_sign"}), name="issuing", is_ca=True, ca_path_length=0)
# No extended usage for people and seals: `openssl cms` and NSS refuse a purpose that they do not know.
OFFICIAL = Profile(2, frozenset({"digital_signature", "content_commitment"}), name="official")
SEAL = Profile(2, frozenset({"digital_signature", "content_commitment"}), name="seal")
TSA = Profile(
    5,
    frozenset({"digital_signature", "content_commitment"}),
    purpose=ExtendedKeyUsageOID.TIME_STAMPING,
    purpose_critical=True,  # RFC 3161, 2.3
    name="tsa",
)
OCSP = Profile(
    2,
    frozenset({"digital_signature"}),
    purpose=ExtendedKeyUsageOID.OCSP_SIGNING,
    ocsp_no_check=True,  # RFC 6960, 4.2.2.2.1
    name="ocsp",
)
# Nobody commits to the content (no content_commitment): it says that this came from the service, unchanged.
RECEIPT = Profile(2, frozenset({"digital_signature"}), name="receipt")
PROFILES = {profile.name: profile for profile in (ROOT, ISSUING, OFFICIAL, SEAL, TSA, OCSP, RECEIPT)}


def trial_name(common_name: str, country: str = COUNTRY) -> x509.Name:
    """The subject of an authority of the trial."""
    return service_name(common_name, TRIAL_ORGANISATION, country)


def service_name(common_name: str, organisation: str, country: str = COUNTRY) -> x509.Name:
    """The subject of an authority or of one of its services."""
    return _name(country, {NameOID.ORGANIZATION_NAME: organisation, NameOID.COMMON_NAME: common_name})


def official_name(person: str, title: str, agency: str, country: str = COUNTRY) -> x509.Name:
    """The subject of an official: who, in which position, of which agency."""
    return _name(country, {NameOID.ORGANIZATION_NAME: agency, NameOID.TITLE: title, NameOID.COMMON_NAME: person})


def seal_name(agency: str, country: str = COUNTRY) -> x509.Name:
    """The subject of an agency's seal; its common name is the agency's, shortened where that is too long."""
    return _name(country, {NameOID.ORGANIZATION_NAME: agency, NameOID.COMMON_NAME: _shortened(agency)})


def _shortened(name: str) -> str:
    """As many words as fit: LONGEST is in characters, but what reads common names often counts octets of UTF-8."""
    words, left_out = name.split(), ""
    while len(words) > 1 and len(f"{' '.join(words)}{left_out}".encode()) > LONGEST:
        words, left_out = words[:-1], SHORTENED
    return " ".join(words) + left_out


def _name(country: str, parts: dict[x509.ObjectIdentifier, str]) -> x509.Name:
    """Country first (RFC 5280, 4.1.2.4); a text that is empty or too long for a certificate is refused."""
    try:
        if long := [value for value in parts.values() if len(value.strip()) > LONGEST]:
            raise ValueError(f"{long[0]!r} has more than {LONGEST} characters")
        named = x509.NameAttribute(NameOID.COUNTRY_NAME, country)
        return x509.Name([named, *(x509.NameAttribute(oid, value.strip()) for oid, value in parts.items())])
    except ValueError as error:
        raise NameNotSuitable(f"A name cannot stand in a certificate: {error}.") from error


def lifetime(profile: Profile) -> timedelta:
    """How long a certificate of this profile lives."""
    return timedelta(days=round(365.25 * profile.years))


@dataclass(frozen=True)
class Issuer:
    """Who signs: name, key identifier and private key; an authority signs itself with its own name."""

    name: x509.Name
    key: CertificateIssuerPrivateKeyTypes
    key_identifier: x509.SubjectKeyIdentifier
    address: str | None = None  # base URL of the responder, printed into the certificates
    crl_name: str = ""
    policy: str = ""  # the certificate policy as an OID; none when empty


def new_serial() -> int:
    """A random serial number of 159 bits, never nought (RFC 5280, 4.1.2.2)."""
    return int.from_bytes(random_bytes(20), "big") >> 1 | 1 << 158


def make_certificate(
    issuer: Issuer,
    profile: Profile,
    subject: x509.Name,
    public_key: CertificatePublicKeyTypes,
    not_before: datetime,
    not_after: datetime,
    serial: int | None = None,
) -> x509.Certificate:
    """Sign one certificate; instants are cut to whole seconds, without `serial` the number is a new random one."""
    builder = (
        x509.CertificateBuilder(issuer_name=issuer.name, subject_name=subject, public_key=public_key)
        .serial_number(serial or new_serial())
        .not_valid_before(not_before.replace(microsecond=0))
        .not_valid_after(not_after.replace(microsecond=0))
        .add_extension(x509.BasicConstraints(profile.is_ca, profile.ca_path_length), critical=True)
        .add_extension(_key_usage(profile), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )
    if issuer.name != subject:
        authority = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer.key_identifier)
        builder = _with_addresses(builder, issuer, profile).add_extension(authority, critical=False)
        if issuer.policy:
            policy = x509.PolicyInformation(x509.ObjectIdentifier(issuer.policy), None)
            builder = builder.add_extension(x509.CertificatePolicies([policy]), critical=False)
    if profile.purpose:
        purposes = x509.ExtendedKeyUsage([profile.purpose])
        builder = builder.add_extension(purposes, critical=profile.purpose_critical)
    if profile.ocsp_no_check:
        builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
    return builder.sign(issuer.key, hashes.SHA256())


def _key_usage(profile: Profile) -> x509.KeyUsage:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: name in profile.usages for name in names})


def _with_addresses(builder: x509.CertificateBuilder, issuer: Issuer, profile: Profile) -> x509.CertificateBuilder:
    """Say where revocation is published; an OCSP responder's own certificate is never asked about."""
    if not issuer.address or profile.ocsp_no_check:
        return builder
    crl = x509.UniformResourceIdentifier(f"{issuer.address}/crl/{issuer.crl_name}.crl")
    points = [x509.DistributionPoint([crl], None, None, None)]
    builder = builder.add_extension(x509.CRLDistributionPoints(points), critical=False)
    if profile.is_ca:
        return builder  # the root answers by list only
    ocsp = x509.UniformResourceIdentifier(f"{issuer.address}/ocsp")
    access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, ocsp)
    return builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
