"""Issues and renews certificates below the issuing authority: for keys made here, or for a certificate request.

In this order: sign in memory, put on record, keep among the issued ones, write where it is used. Killed in
between, the record knows of one certificate more than anybody has, and a repeat makes another.
"""

import os
import pwd
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

from config.retired import RetiredKeys
from signing.pki import authority as authorities
from signing.pki import certificates
from signing.pki.authority import Authority, PrivateKey
from signing.pki.built_in import ISSUED, BuiltInAuthority, issued_path
from signing.pki.certificates import Profile
from signing.pki.errors import AlreadyMade, AuthorityRetired, CertificateNotIssued, CertificateRequestRefused
from signing.pki.issuance import FILE_NAME, IssuanceRecord, issued
from signing.pki.keyfiles import SECRET_ROUNDS, certificate_pem, pack, read_certificate, unpack
from signing.pki.keyfolder import locked, write_private
from signing.pki.marks import mark_of
from signing.pki.revoked import RevocationRegister


def who() -> str:
    """The user of this machine who runs the program, for the record."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"


@dataclass(frozen=True)
class KeyOrder:
    """What to make: file name without ending, profile, subject, from when to when (None: by profile), by whom."""

    name: str
    profile: Profile
    subject: x509.Name
    not_before: datetime
    not_after: datetime | None = None
    new_key: Callable[[], PrivateKey] = authorities.new_signing_key
    rounds: int = SECRET_ROUNDS
    by: str = ""


def certify(
    folder: Path, authority: Authority, order: KeyOrder, public_key: CertificatePublicKeyTypes
) -> x509.Certificate:
    """Sign one certificate and put it on record; whoever calls holds the folder's lock.

    An authority whose key was lost issues nothing any more (AuthorityRetired); its lists go on.
    """
    if RetiredKeys(folder).find(mark_of(authority.certificate)):
        raise AuthorityRetired(f"The key of the authority {authority.name} was lost; it issues nothing any more.")
    record = IssuanceRecord(folder)
    serial = record.fresh_serial()
    certificate = authority.issue(order.profile, order.subject, public_key, order.not_before, order.not_after, serial)
    keep(folder, record, certificate, authority.name, order)
    return certificate


def keep(folder: Path, record: IssuanceRecord, certificate: x509.Certificate, issuer: str, order: KeyOrder) -> None:
    """Put a certificate on record and among the issued ones."""
    (folder / ISSUED).mkdir(mode=0o700, exist_ok=True)
    act = issued(certificate, issuer, order.profile.name, order.name, order.not_before, order.by or who())
    record.append(act)
    write_private(issued_path(folder, certificate.serial_number), certificate_pem(certificate))


def adopt(folder: Path) -> None:
    """Begin the record of a folder that has issued ones but no record; whoever calls holds its lock."""
    if (folder / FILE_NAME).exists() or not (folder / "root.pem").exists():
        return
    root, record = read_certificate(folder / "root.pem"), IssuanceRecord(folder)
    named = {path.read_bytes().partition(b"-----END")[0]: path.stem for path in folder.glob("*.pem")}
    for path in sorted((folder / ISSUED).glob("*.pem")):
        certificate = read_certificate(path)
        issuer = authorities.ROOT_NAME if certificate.issuer == root.subject else authorities.ISSUING_NAME
        name = named.get(path.read_bytes().partition(b"-----END")[0], "")
        at = certificate.not_valid_before_utc
        act = issued(certificate, issuer, profile_of(name), name, at, who())
        record.append(act.adopted())


def profile_of(name: str) -> str:
    """The profile of a key by its file name; empty when that says nothing."""
    kind = name.partition("-")[0]
    return kind if kind in certificates.PROFILES else ""


def make_key(built_in: BuiltInAuthority, order: KeyOrder, password: bytes) -> x509.Certificate:
    """Key and certificate into `<name>.p12`, then the public chain into `<name>.pem`: finished.

    An existing one is left alone. Whoever calls holds the folder's lock.
    """
    public = built_in.folder / f"{order.name}.pem"
    if public.exists():
        return read_certificate(public)
    return _write_key(built_in, order, order.new_key(), password)


def certify_request(built_in: BuiltInAuthority, order: KeyOrder, key: CertificatePublicKeyTypes) -> x509.Certificate:
    """A certificate for a key that is elsewhere, as `<name>.pem`; the same again changes nothing (AlreadyMade)."""
    with locked(built_in.folder):
        adopt(built_in.folder)
        public = built_in.folder / f"{order.name}.pem"
        if public.exists():
            found = read_certificate(public)
            if found.public_key() != key or found.subject != order.subject:
                raise AlreadyMade(f"{order.name}: has a certificate already; renew it.")
            return found
        _check_not_anothers(built_in, key, order.subject)
        certificate = certify(built_in.folder, built_in.issuing, order, key)
        _publish(built_in, order.name, certificate)
        return certificate


@dataclass(frozen=True)
class Renewal:
    """How to renew: `key` from a certificate request, or None for a key in a file; `same_key` keeps the old one."""

    at: datetime
    same_key: bool = False
    key: CertificatePublicKeyTypes | None = None
    password: bytes | None = None
    rounds: int = SECRET_ROUNDS
    by: str = ""
    tsa_by_curve: bool = False  # a new key of the timestamp server is one of P-256


def renew(built_in: BuiltInAuthority, name: str, how: Renewal) -> x509.Certificate:
    """A new certificate with the old one's subject and profile; the old one stands until its end or revocation.

    Raises CertificateNotIssued for a name that is not on record, AlreadyMade when the key is not where `how` thinks,
    and CertificateRequestRefused for a revoked certificate whose key should be kept.
    """
    with locked(built_in.folder):
        adopt(built_in.folder)
        folder = built_in.folder
        public, packed = folder / f"{name}.pem", folder / f"{name}.p12"
        old = read_certificate(public) if public.exists() else None
        known = built_in.record.find(built_in.issuing.name, old.serial_number) if old else None
        if old is None or known is None or known.profile not in certificates.PROFILES:
            raise CertificateNotIssued(f"No certificate was issued under the name {name}.")
        profile = certificates.PROFILES[known.profile]
        new_key = authorities.new_key_for(profile.name, tsa_by_curve=how.tsa_by_curve)
        order = KeyOrder(name, profile, old.subject, how.at, None, new_key, how.rounds, how.by)
        key = _kept_key(folder, old) if how.same_key else how.key
        if packed.exists():
            if how.key is not None:
                raise AlreadyMade(f"{name}: its key is in a file; renew it without a request.")
            private = unpack(packed, how.password or b"")[0] if how.same_key else order.new_key()
            return _write_key(built_in, order, private, how.password or b"")
        if key is None:
            raise AlreadyMade(f"{name}: its key is not in a file; renew it with a request, or with the same key.")
        _check_not_anothers(built_in, key, old.subject)
        certificate = certify(folder, built_in.issuing, order, key)
        _publish(built_in, name, certificate)
        return certificate


def _kept_key(folder: Path, old: x509.Certificate) -> CertificatePublicKeyTypes:
    if RevocationRegister(folder).find(authorities.ISSUING_NAME, old.serial_number):
        raise CertificateRequestRefused("The key of a revoked certificate gets no other one.")
    return old.public_key()


def _write_key(built_in: BuiltInAuthority, order: KeyOrder, key: PrivateKey, password: bytes) -> x509.Certificate:
    certificate = certify(built_in.folder, built_in.issuing, order, key.public_key())
    packed = pack(order.name, key, certificate, [built_in.issuing.certificate], password, order.rounds)
    write_private(built_in.folder / f"{order.name}.p12", packed)
    _publish(built_in, order.name, certificate)
    return certificate


def _publish(built_in: BuiltInAuthority, name: str, certificate: x509.Certificate) -> None:
    """The certificate and the one above it, without the root."""
    above = certificate_pem(built_in.issuing.certificate)
    write_private(built_in.folder / f"{name}.pem", certificate_pem(certificate) + above)


def _check_not_anothers(built_in: BuiltInAuthority, key: CertificatePublicKeyTypes, subject: x509.Name) -> None:
    """One key, one holder: a key that has a certificate under another name, or a revoked one, is refused."""
    register = RevocationRegister(built_in.folder)
    for path in (built_in.folder / ISSUED).glob("*.pem"):
        certificate = read_certificate(path)
        if certificate.public_key() != key:
            continue
        if certificate.subject != subject:
            raise CertificateRequestRefused("The key already has a certificate under another name.")
        if register.find(authorities.ISSUING_NAME, certificate.serial_number):
            raise CertificateRequestRefused("The key had a certificate that was revoked.")
