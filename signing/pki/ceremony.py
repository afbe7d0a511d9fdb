"""The key ceremony of the built-in authority: creates what is missing in the folder of keys, and only that.

It may be killed at any point and run again: each file is written whole, a key before its certificate, and a
certificate is on the list of issued ones before anybody can use it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import pkcs12

from config.clock import Clock
from config.tokens import random_secret
from signing.pki import authority as authorities
from signing.pki import certificates
from signing.pki.authority import Authority, PrivateKey
from signing.pki.certificates import Profile
from signing.pki.errors import CertificateNotIssued, KeyFolderUnusable
from signing.pki.keyfolder import locked, open_key_folder, write_private
from signing.pki.revoked import Revocation, RevocationRegister

ISSUED = "issued"
TRUST = "trust"
PIN_ROUNDS = 50_000  # 7 ms with each act; a short PIN is guessed from a stolen file all the same
SECRET_ROUNDS = 2_000  # the password is 256 random bits
LOG_KEY = "log.key.pem"


@dataclass(frozen=True)
class BuiltInAuthority:
    """Root and issuing authority of one folder, ready to sign."""

    folder: Path
    root: Authority
    issuing: Authority

    def authority(self, name: str) -> Authority:
        """The authority called "root" or "issuing"."""
        return {self.root.name: self.root, self.issuing.name: self.issuing}[name]

    def issued(self, serial: int) -> bool:
        """Whether one of the two ever gave a certificate this serial number."""
        return _issued_path(self.folder, serial).exists()


@dataclass(frozen=True)
class KeyOrder:
    """What to make: file name without ending, profile, subject, from when to when (None: by profile)."""

    name: str
    profile: Profile
    subject: x509.Name
    not_before: datetime
    not_after: datetime | None = None
    new_key: Callable[[], PrivateKey] = authorities.new_signing_key
    rounds: int = SECRET_ROUNDS


def create_authorities(folder: Path, clock: Clock, responder_url: str | None = None) -> BuiltInAuthority:
    """Create root and issuing authority where they are missing; load the rest."""
    open_key_folder(folder)
    with locked(folder):
        for name in (ISSUED, TRUST):
            (folder / name).mkdir(mode=0o700, exist_ok=True)
        root = _root(folder, clock.now(), responder_url)
        return BuiltInAuthority(folder, root, _issuing(folder, root, clock.now()))


def create_trial_authority(folder: Path, clock: Clock, responder_url: str | None = None) -> BuiltInAuthority:
    """Create root, issuing authority, TSA, OCSP responder and log key where they are missing."""
    built_in = create_authorities(folder, clock, responder_url)
    with locked(folder):
        for order in service_orders(clock.now()):
            _issue(built_in, order, _secret(folder, order.name))
        _log_key(folder)
        # Last, because whoever finds an anchor may take the ceremony for finished.
        _write_once(folder / TRUST / "root.pem", _pem(built_in.root.certificate))
    return built_in


def service_orders(at: datetime, end: datetime | None = None) -> list[KeyOrder]:
    """The keys of the two services of an authority; RSA, which every timestamp verifier reads."""
    return [
        KeyOrder(name, profile, certificates.trial_name(subject), at, end, authorities.new_authority_key)
        for name, profile, subject in (
            ("tsa", certificates.TSA, "Antin trial time-stamping authority"),
            ("ocsp", certificates.OCSP, "Antin trial OCSP responder"),
        )
    ]


def load_authority(folder: Path, responder_url: str | None = None) -> BuiltInAuthority:
    """Open an authority that was created before (KeyFolderUnusable)."""
    root = Authority(
        authorities.ROOT_NAME, _certificate(folder / "root.pem"), _key(folder / "root.key.pem"), responder_url
    )
    issuing = Authority(
        authorities.ISSUING_NAME,
        _certificate(folder / "issuing.pem"),
        _key(folder / "issuing.key.pem"),
        responder_url,
    )
    return BuiltInAuthority(folder, root, issuing)


def issue_seal(built_in: BuiltInAuthority, name: str, agency: str, clock: Clock) -> x509.Certificate:
    """Make an agency's seal as `seal-<name>.p12` with its password file; an existing one is left alone."""
    with locked(built_in.folder):
        key_name = f"seal-{name}"
        order = KeyOrder(key_name, certificates.SEAL, certificates.seal_name(agency), clock.now())
        return _issue(built_in, order, _secret(built_in.folder, key_name))


def issue_official(
    built_in: BuiltInAuthority, login: str, subject: x509.Name, pin: str, clock: Clock
) -> x509.Certificate:
    """Make an official's key as `official-<login>.p12`, opened by the PIN alone; an existing one stays."""
    with locked(built_in.folder):
        profile = certificates.OFFICIAL
        order = KeyOrder(f"official-{login}", profile, subject, clock.now(), rounds=PIN_ROUNDS)
        return _issue(built_in, order, pin.encode())


def issue_key(built_in: BuiltInAuthority, order: KeyOrder, password: bytes) -> x509.Certificate:
    """Make any key below the issuing authority; an existing one is left alone."""
    with locked(built_in.folder):
        return _issue(built_in, order, password)


def revoke(
    built_in: BuiltInAuthority,
    serial: int,
    clock: Clock,
    reason: x509.ReasonFlags = x509.ReasonFlags.unspecified,
) -> None:
    """Revoke a certificate of the issuing authority from now on; it shows in the next answer and list."""
    if not built_in.issued(serial):
        raise CertificateNotIssued(f"No certificate was issued with the serial number {serial:x}.")
    with locked(built_in.folder):
        RevocationRegister(built_in.folder).add(Revocation(built_in.issuing.name, serial, clock.now(), reason))


def _root(folder: Path, at: datetime, address: str | None) -> Authority:
    key = _authority_key(folder / "root.key.pem")
    path = folder / "root.pem"
    if not path.exists():
        name = certificates.trial_name("Antin trial root – no legal value")
        root = authorities.create_root(name, key, at, address)
        _record_issued(folder, root.certificate)
        write_private(path, _pem(root.certificate))
    return Authority(authorities.ROOT_NAME, _certificate(path), key, address)


def _issuing(folder: Path, root: Authority, at: datetime) -> Authority:
    key = _authority_key(folder / "issuing.key.pem")
    path = folder / "issuing.pem"
    if not path.exists():
        name = certificates.trial_name("Antin trial issuing authority – no legal value")
        issuing = authorities.create_issuing(root, name, key, at)
        _record_issued(folder, issuing.certificate)
        write_private(path, _pem(issuing.certificate))
    return Authority(authorities.ISSUING_NAME, _certificate(path), key, root.address)


def _issue(built_in: BuiltInAuthority, order: KeyOrder, password: bytes) -> x509.Certificate:
    """Key and certificate into `<name>.p12`, then the public chain into `<name>.pem`: finished."""
    folder, issuing = built_in.folder, built_in.issuing
    public = folder / f"{order.name}.pem"
    if public.exists():
        return _certificate(public)
    key = order.new_key()
    certificate = issuing.issue(order.profile, order.subject, key.public_key(), order.not_before, order.not_after)
    _record_issued(folder, certificate)
    lock = (
        serialization.PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(order.rounds)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(hashes.SHA256())
        .build(password)
    )
    packed = pkcs12.serialize_key_and_certificates(order.name.encode(), key, certificate, [issuing.certificate], lock)
    write_private(folder / f"{order.name}.p12", packed)
    write_private(public, _pem(certificate) + _pem(issuing.certificate))
    return certificate


def _secret(folder: Path, name: str) -> bytes:
    """The password of an unattended key, kept in `<name>.pass` beside it."""
    path = folder / f"{name}.pass"
    _write_once(path, random_secret().encode())
    return path.read_bytes()


def _log_key(folder: Path) -> None:
    key = Ed25519PrivateKey.generate()
    _write_once(folder / LOG_KEY, _private_pem(key))


def _authority_key(path: Path) -> PrivateKey:
    if not path.exists():
        write_private(path, _private_pem(authorities.new_authority_key()))
    return _key(path)


def _record_issued(folder: Path, certificate: x509.Certificate) -> None:
    write_private(_issued_path(folder, certificate.serial_number), _pem(certificate))


def _issued_path(folder: Path, serial: int) -> Path:
    return folder / ISSUED / f"{serial:x}.pem"


def _write_once(path: Path, data: bytes) -> None:
    if not path.exists():
        write_private(path, data)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _private_pem(key: PrivateKey | Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _certificate(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise KeyFolderUnusable(f"{path.name}: no certificate can be read from it.") from error


def _key(path: Path) -> PrivateKey:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise KeyFolderUnusable(f"{path.name}: no key can be read from it.") from error
    if not isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey):
        raise KeyFolderUnusable(f"{path.name}: a key of this kind cannot sign certificates.")
    return key
