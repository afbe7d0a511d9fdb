"""The key ceremony of a trial: creates what is missing in the folder of keys, and only that.

It may be killed at any point and run again: each file is written whole, a key before its certificate, and a
certificate is on record before anybody can use it. The ceremony of an installation whose root is made on another
machine is in `root.py` and `joining.py`.
"""

from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from config.clock import Clock
from signing.pki import authority as authorities
from signing.pki import certificates
from signing.pki.agent_key import make_agent_key
from signing.pki.authority import Authority, PrivateKey
from signing.pki.built_in import ISSUED, TRUST
from signing.pki.built_in import BuiltInAuthority as BuiltInAuthority
from signing.pki.built_in import load_authority as load_authority
from signing.pki.errors import KeyFolderUnusable
from signing.pki.issuance import IssuanceRecord
from signing.pki.issue import KeyOrder as KeyOrder
from signing.pki.issue import adopt, certify, keep, make_key
from signing.pki.keyfiles import (
    PIN_ROUNDS,
    SECRET_ROUNDS,
    certificate_pem,
    encrypt_key,
    is_encrypted,
    password_of,
    read_certificate,
    read_key,
)
from signing.pki.keyfolder import locked, open_key_folder, write_private
from signing.pki.revoke import RevocationOrder, revoke_certificate

LOG_KEY = "log.key.pem"


def create_authorities(folder: Path, clock: Clock, responder_url: str | None = None) -> BuiltInAuthority:
    """Create root and issuing authority where they are missing; load the rest."""
    open_key_folder(folder)
    with locked(folder):
        for name in (ISSUED, TRUST):
            (folder / name).mkdir(mode=0o700, exist_ok=True)
        adopt(folder)
        root = _root(folder, clock.now(), responder_url)
        return BuiltInAuthority(folder, root, _issuing(folder, root, clock.now()))


def create_trial_authority(folder: Path, clock: Clock, responder_url: str | None = None) -> BuiltInAuthority:
    """Create what is missing: root, issuing authority, keys of TSA, responder, receipts, log and agent requests."""
    built_in = create_authorities(folder, clock, responder_url)
    with locked(folder):
        for order in service_orders(clock.now()):
            make_key(built_in, order, password_of(folder, order.name))
        _log_key(folder)
        make_agent_key(folder)
        # Last, because whoever finds an anchor may take the ceremony for finished.
        _write_once(folder / TRUST / "root.pem", certificate_pem(built_in.root.certificate))
    return built_in


def service_orders(at: datetime, end: datetime | None = None) -> list[KeyOrder]:
    """The keys of the services: RSA for the two of the authority, which every timestamp verifier reads."""
    return [
        KeyOrder(
            profile.name, profile, certificates.trial_name(subject), at, end, authorities.new_key_for(profile.name)
        )
        for profile, subject in (
            (certificates.TSA, "Antin trial time-stamping authority"),
            (certificates.OCSP, "Antin trial OCSP responder"),
            (certificates.RECEIPT, "Antin trial receipts"),
        )
    ]


def issue_seal(built_in: BuiltInAuthority, name: str, agency: str, clock: Clock) -> x509.Certificate:
    """Make an agency's seal as `seal-<name>.p12` with its password file; an existing one is left alone."""
    key_name = f"seal-{name}"
    order = KeyOrder(key_name, certificates.SEAL, certificates.seal_name(agency), clock.now())
    return issue_key(built_in, order, password_of(built_in.folder, key_name))


def issue_official(
    built_in: BuiltInAuthority, login: str, subject: x509.Name, pin: str, clock: Clock
) -> x509.Certificate:
    """Make an official's key as `official-<login>.p12`, opened by the PIN alone; an existing one stays."""
    order = KeyOrder(f"official-{login}", certificates.OFFICIAL, subject, clock.now(), rounds=PIN_ROUNDS)
    return issue_key(built_in, order, pin.encode())


def issue_key(built_in: BuiltInAuthority, order: KeyOrder, password: bytes) -> x509.Certificate:
    """Make any key below the issuing authority; an existing one is left alone."""
    with locked(built_in.folder):
        adopt(built_in.folder)
        return make_key(built_in, order, password)


def revoke(
    built_in: BuiltInAuthority,
    serial: int,
    clock: Clock,
    reason: x509.ReasonFlags = x509.ReasonFlags.unspecified,
) -> None:
    """Revoke a certificate of the issuing authority from now on; it shows in the next answer and list."""
    order = RevocationOrder(serial, clock.now(), reason)
    revoke_certificate(built_in.folder, built_in.issuing.name, order, clock.now())


def _root(folder: Path, at: datetime, address: str | None) -> Authority:
    key = _authority_key(folder, authorities.ROOT_NAME)
    path = folder / "root.pem"
    if not path.exists():
        name = certificates.trial_name("Antin trial root – no legal value")
        root = authorities.create_root(name, key, at, address)
        order = KeyOrder(authorities.ROOT_NAME, certificates.ROOT, name, at)
        keep(folder, IssuanceRecord(folder), root.certificate, authorities.ROOT_NAME, order)
        write_private(path, certificate_pem(root.certificate))
    return Authority(authorities.ROOT_NAME, read_certificate(path), key, address)


def _issuing(folder: Path, root: Authority, at: datetime) -> Authority:
    key = _authority_key(folder, authorities.ISSUING_NAME)
    path = folder / "issuing.pem"
    if not path.exists():
        name = certificates.trial_name("Antin trial issuing authority – no legal value")
        order = KeyOrder(authorities.ISSUING_NAME, certificates.ISSUING, name, at)
        write_private(path, certificate_pem(certify(folder, root, order, key.public_key())))
    return Authority(authorities.ISSUING_NAME, read_certificate(path), key, root.address)


def _authority_key(folder: Path, name: str) -> PrivateKey:
    """The key, encrypted under a password beside it; one from before they were is encrypted now."""
    path, foreign = folder / f"{name}.key.pem", KeyFolderUnusable(f"{name}: was not made by the ceremony of a trial.")
    if path.exists() and is_encrypted(path) and not (folder / f"{name}.pass").exists():
        raise foreign
    if (folder / f"{name}.pem").exists() and not path.exists():
        raise foreign
    password = password_of(folder, name)
    if not path.exists():
        write_private(path, encrypt_key(authorities.new_authority_key(), password, SECRET_ROUNDS))
    elif not is_encrypted(path):
        write_private(path, encrypt_key(read_key(path), password, SECRET_ROUNDS))
    return read_key(path, password)


def create_log_key(folder: Path) -> bool:
    """Make the key of the log's checkpoints where it is missing (Ed25519, `log.key.pem`, 0600); False when it is there.

    It is made once for the life of a log: whoever kept a checkpoint knows it.
    """
    open_key_folder(folder)
    with locked(folder):
        if (folder / LOG_KEY).exists():
            return False
        _log_key(folder)
        return True


def _log_key(folder: Path) -> None:
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    key = Ed25519PrivateKey.generate().private_bytes(pem, pkcs8, serialization.NoEncryption())
    _write_once(folder / LOG_KEY, key)


def _write_once(path: Path, data: bytes) -> None:
    if not path.exists():
        write_private(path, data)
