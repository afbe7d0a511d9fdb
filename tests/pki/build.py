"""Certificates for tests: made once for each machine into an ignored cache, never committed.

    from tests.pki.build import pki
    pki().official.certificate, pki().official.key, pki().official.chain     cryptography objects
    pki().crls(at), pki().ocsp(certificate, at)                              DER
All of them are valid from 1 January 2025 to the end of 2038, unless their name says otherwise.
"""

import fcntl
import functools
import hashlib
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from config.clock import FrozenClock
from signing.pki import (
    authority,
    built_in,
    ceremony,
    certificates,
    crl,
    issuance,
    issue,
    keyfiles,
    keyfolder,
    ocsp,
    revoke,
)
from signing.pki.ceremony import BuiltInAuthority, KeyOrder
from signing.pki.revoked import RevocationRegister

PIN = "246810"
START = datetime(2025, 1, 1, tzinfo=UTC)
END = datetime(2038, 12, 31, tzinfo=UTC)
EXPIRED_AT = datetime(2025, 7, 1, tzinfo=UTC)
REVOKED_AT = datetime(2026, 1, 15, tzinfo=UTC)
AGENCY = "Sở Y tế tỉnh An Bình"
OTHER_AGENCY = "Sở Công Thương tỉnh An Bình"
CACHE = Path(__file__).parents[2] / "var" / "test-pki"


@dataclass(frozen=True)
class Identity:
    """A key with its certificate and the certificates above it, without the root."""

    name: str
    certificate: x509.Certificate
    key: RSAPrivateKey | EllipticCurvePrivateKey
    chain: list[x509.Certificate]
    password: str

    @property
    def certificate_der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def chain_der(self) -> list[bytes]:
        return [certificate.public_bytes(Encoding.DER) for certificate in self.chain]


@dataclass(frozen=True)
class Pki:
    """One built authority: `folder` is laid out as an installation's key folder; copy before changing."""

    folder: Path

    @functools.cached_property
    def built_in(self) -> BuiltInAuthority:
        """Both authorities with their keys; opening them takes a quarter of a second."""
        return ceremony.load_authority(self.folder)

    @property
    def root(self) -> x509.Certificate:
        return self.built_in.root.certificate

    @property
    def issuing(self) -> x509.Certificate:
        return self.built_in.issuing.certificate

    @property
    def official(self) -> Identity:
        return self.identity("official-head")

    @property
    def deputy(self) -> Identity:
        return self.identity("official-deputy")

    @property
    def expired_official(self) -> Identity:
        return self.identity("official-expired")

    @property
    def revoked_official(self) -> Identity:
        """Revoked at REVOKED_AT."""
        return self.identity("official-revoked")

    @property
    def seal(self) -> Identity:
        return self.identity("seal-health")

    @property
    def other_seal(self) -> Identity:
        return self.identity("seal-trade")

    @property
    def tsa(self) -> Identity:
        return self.identity("tsa")

    def identity(self, name: str) -> Identity:
        """The key in `<name>.p12`."""
        return _identity(self.folder, name)

    def crls(self, at: datetime) -> list[bytes]:
        """Fresh lists of issuing authority and root, DER."""
        register = RevocationRegister(self.folder)
        return [
            crl.make_crl(which, register.all(which.name), at) for which in (self.built_in.issuing, self.built_in.root)
        ]

    def ocsp(self, certificate: x509.Certificate, at: datetime) -> bytes:
        """A fresh OCSP answer about a certificate of the issuing authority, DER."""
        responder = self.identity("ocsp")
        register = RevocationRegister(self.folder)
        return ocsp.OcspResponder(
            self.issuing, "issuing", responder.certificate, responder.key, self.built_in.issued, register.find
        ).status(certificate, at)


@functools.cache
def pki() -> Pki:
    """The authority that tests trust."""
    return Pki(_cached() / "ours")


@functools.cache
def foreign_pki() -> Pki:
    """An authority with the same names that tests do not trust."""
    return Pki(_cached() / "foreign")


def copy_of(which: Pki, target: Path) -> Pki:
    """The same authority in a folder of its own, for tests that revoke or remove."""
    shutil.copytree(which.folder, target)
    return Pki(target)


@functools.cache
def _identity(folder: Path, name: str) -> Identity:
    secret = folder / f"{name}.pass"
    password = secret.read_text() if secret.exists() else PIN
    packed = pkcs12.load_pkcs12((folder / f"{name}.p12").read_bytes(), password.encode())
    assert packed.cert
    assert isinstance(packed.key, RSAPrivateKey | EllipticCurvePrivateKey)
    chain = [extra.certificate for extra in packed.additional_certs]
    return Identity(name, packed.cert.certificate, packed.key, chain, password)


@functools.cache
def _cached() -> Path:
    """The cache of the present code; built beside and renamed, so that a killed build leaves nothing half."""
    modules = (authority, built_in, ceremony, certificates, issuance, issue, keyfiles, keyfolder, revoke)
    sources = [Path(__file__), *(Path(str(module.__file__)) for module in modules)]
    version = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    CACHE.mkdir(parents=True, exist_ok=True)
    target, fresh = CACHE / version, CACHE / f"{version}.new"
    with (CACHE / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.exists():
            shutil.rmtree(fresh, ignore_errors=True)
            _build(fresh / "ours")
            _build(fresh / "foreign")
            fresh.rename(target)
    return target


def _build(folder: Path) -> None:
    clock = FrozenClock(START, ZoneInfo("Asia/Ho_Chi_Minh"))
    built_in = ceremony.create_authorities(folder, clock)
    for order in ceremony.service_orders(START, END):
        keyfolder.write_private(folder / f"{order.name}.pass", b"password of a service")
        ceremony.issue_key(built_in, order, b"password of a service")
    ceremony.create_trial_authority(folder, clock)  # log key and anchor; finds the rest
    head = certificates.official_name("Nguyễn Thị Thử", "Giám đốc", AGENCY)
    officials: dict[str, tuple[x509.Name, datetime]] = {
        "official-head": (head, END),
        "official-deputy": (certificates.official_name("Trần Văn Mẫu", "Phó Giám đốc", AGENCY), END),
        "official-expired": (head, EXPIRED_AT),
        "official-revoked": (head, END),
    }
    for name, (subject, end) in officials.items():
        ceremony.issue_key(built_in, KeyOrder(name, certificates.OFFICIAL, subject, START, end), PIN.encode())
    for name, agency in (("health", AGENCY), ("trade", OTHER_AGENCY)):
        _seal(built_in, f"seal-{name}", agency, END)
    _seal(built_in, "seal-expired", AGENCY, EXPIRED_AT)
    revoked = _identity(folder, "official-revoked").certificate.serial_number
    ceremony.revoke(built_in, revoked, FrozenClock(REVOKED_AT, clock.zone), x509.ReasonFlags.key_compromise)


def _seal(built_in: BuiltInAuthority, name: str, agency: str, end: datetime) -> None:
    password = f"password of {name}"
    keyfolder.write_private(built_in.folder / f"{name}.pass", password.encode())
    order = KeyOrder(name, certificates.SEAL, certificates.seal_name(agency), START, end)
    ceremony.issue_key(built_in, order, password.encode())
