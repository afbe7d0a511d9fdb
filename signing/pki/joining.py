"""How an installation joins its root on the other machine: it makes the issuing key and asks, then installs.

Nothing of the root's answer is believed before it fits: signed by the root, over our key, for issuing alone.
"""

from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from signing.pki import authority as authorities
from signing.pki import certificates
from signing.pki.agent_key import make_agent_key
from signing.pki.authority import PrivateKey
from signing.pki.built_in import ISSUED, BuiltInAuthority, load_authority
from signing.pki.errors import AlreadyMade, CeremonyRefused
from signing.pki.issuance import IssuanceRecord
from signing.pki.issue import KeyOrder, keep, make_key
from signing.pki.keyfiles import (
    PASSPHRASE_ROUNDS,
    certificate_pem,
    encrypt_key,
    password_of,
    read_certificate,
    read_key,
)
from signing.pki.keyfolder import locked, open_key_folder, write_private
from signing.pki.lists import LISTS
from signing.pki.root import Carried, RootNames, check_passphrase


def request_issuing(folder: Path, passphrase: bytes, names: RootNames, common_name: str, carried: Carried) -> None:
    """Make the issuing key where it is missing, and a certificate request for it in the folder to carry."""
    check_passphrase(passphrase)
    open_key_folder(folder)
    with locked(folder):
        path = folder / "issuing.key.pem"
        if not path.exists():
            write_private(path, encrypt_key(authorities.new_authority_key(), passphrase, PASSPHRASE_ROUNDS))
        request = _request(read_key(path, passphrase), names.named(common_name))
        write_private(carried.request, request)
        write_private(folder / "issuing.csr", request)


def install_issuing(folder: Path, trust: Path, carried: Carried, fingerprint: str, now: datetime) -> x509.Certificate:
    """Take over what the root signed; `fingerprint` is the SHA-256 of the root (hex), as read from its own machine.

    The root's list is replaced by a newer one, the issuing certificate by a later one for the same key
    (CeremonyRefused, AlreadyMade). The anchor comes last: whoever finds it may take the ceremony for finished.
    """
    root, issuing = read_certificate(carried.root), read_certificate(carried.issuing)
    _check(folder, root, issuing, fingerprint, now)
    with locked(folder):
        for made in (ISSUED, LISTS):
            (folder / made).mkdir(mode=0o700, exist_ok=True)
        trust.mkdir(mode=0o700, parents=True, exist_ok=True)
        _check_same(folder, "root", root)
        _check_same(folder, "issuing", issuing)
        record = IssuanceRecord(folder)
        for profile, certificate in ((certificates.ROOT, root), (certificates.ISSUING, issuing)):
            if record.find(authorities.ROOT_NAME, certificate.serial_number) is None:
                order = KeyOrder(profile.name, profile, certificate.subject, now)
                keep(folder, record, certificate, authorities.ROOT_NAME, order)
            write_private(folder / f"{profile.name}.pem", certificate_pem(certificate))
        _install_list(folder, root, carried, now)
        write_private(trust / "root.pem", certificate_pem(root))
    return issuing


def install_root_list(folder: Path, carried: Carried, now: datetime) -> None:
    """Publish a list that the root signed; an older one than that here is refused (CeremonyRefused)."""
    with locked(folder):
        _install_list(folder, read_certificate(folder / "root.pem"), carried, now)


def create_services(
    folder: Path, passphrase: bytes | None, names: RootNames, prefix: str, now: datetime
) -> BuiltInAuthority:
    """Make what is missing: keys of timestamp server, responder and receipts with their passwords, of agent requests.

    One whose certificate is here already, because its key is elsewhere or was made before, is left alone.
    """
    built_in = load_authority(folder, names.address, passphrase, names.policy)
    services = ((certificates.TSA, "TSA"), (certificates.OCSP, "OCSP"), (certificates.RECEIPT, "receipts"))
    with locked(folder):
        for profile, what in services:
            new_key = authorities.new_key_for(profile.name, tsa_by_curve=names.tsa_by_curve)
            order = KeyOrder(profile.name, profile, names.named(f"{prefix} {what}"), now, new_key=new_key)
            make_key(built_in, order, password_of(folder, profile.name))
        make_agent_key(folder)
    return built_in


def _request(key: PrivateKey, subject: x509.Name) -> bytes:
    built = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    return built.public_bytes(serialization.Encoding.PEM)


def _check(folder: Path, root: x509.Certificate, issuing: x509.Certificate, fingerprint: str, now: datetime) -> None:
    """The root is the one that was read aloud, and the certificate is what we asked it for."""
    if root.fingerprint(hashes.SHA256()).hex() != fingerprint.replace(":", "").strip().lower():
        raise CeremonyRefused("root.pem: its fingerprint is not the one that was given.")
    try:
        root.verify_directly_issued_by(root)
        issuing.verify_directly_issued_by(root)
        constraints = issuing.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = issuing.extensions.get_extension_for_class(x509.KeyUsage).value
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound) as error:
        raise CeremonyRefused("issuing.pem: was not signed by this root.") from error
    if not (constraints.ca and constraints.path_length == 0 and usage.key_cert_sign and usage.crl_sign):
        raise CeremonyRefused("issuing.pem: is not the certificate of an issuing authority.")
    if not issuing.not_valid_before_utc <= now <= issuing.not_valid_after_utc:
        raise CeremonyRefused("issuing.pem: is not valid now; look at the clocks of both machines.")
    try:
        asked = x509.load_pem_x509_csr((folder / "issuing.csr").read_bytes())
    except (OSError, ValueError) as error:
        raise CeremonyRefused("issuing.csr: is missing; begin with the request.") from error
    if asked.public_key() != issuing.public_key():
        raise CeremonyRefused("issuing.pem: is not for the key of this installation.")


def _check_same(folder: Path, name: str, certificate: x509.Certificate) -> None:
    """What is here stays: the same root for ever, the same issuing key."""
    path = folder / f"{name}.pem"
    if path.exists() and read_certificate(path).public_key() != certificate.public_key():
        raise AlreadyMade(f"{name}.pem: another one is installed here.")


def _install_list(folder: Path, root: x509.Certificate, carried: Carried, now: datetime) -> None:
    try:
        content = carried.crl.read_bytes()
        found = x509.load_der_x509_crl(content)
    except (OSError, ValueError) as error:
        raise CeremonyRefused("root.crl: no list can be read from it.") from error
    key = root.public_key()
    if not isinstance(key, RSAPublicKey) or found.issuer != root.subject or not found.is_signature_valid(key):
        raise CeremonyRefused("root.crl: was not signed by this root.")
    if found.next_update_utc is None or found.next_update_utc <= now:
        raise CeremonyRefused("root.crl: is stale; have the root sign a new one.")
    path = folder / LISTS / "root.crl"
    if path.exists() and x509.load_der_x509_crl(path.read_bytes()).last_update_utc > found.last_update_utc:
        raise CeremonyRefused("root.crl: is older than the one that is published here.")
    write_private(path, content)
