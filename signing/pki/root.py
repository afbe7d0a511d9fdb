"""The root of an installation, on a machine of its own without network: made once, opened to sign, put away again.

Its folder holds the encrypted key, the certificate, the record of what it signed and what it revoked. What goes
to the other machine is written into a folder to carry: root, issuing certificate, list of revoked ones.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509

from signing.pki import authority as authorities
from signing.pki import certificates
from signing.pki.authority import Authority
from signing.pki.built_in import open_root
from signing.pki.crl import make_crl
from signing.pki.errors import CeremonyRefused
from signing.pki.issuance import IssuanceRecord
from signing.pki.issue import KeyOrder, certify, keep
from signing.pki.keyfiles import PASSPHRASE_ROUNDS, certificate_pem, encrypt_key, read_key
from signing.pki.keyfolder import locked, open_key_folder, write_private
from signing.pki.pkcs10 import read_request
from signing.pki.revoked import RevocationRegister

LEAST_PASSPHRASE = 16  # characters; it protects every licence for thirty years
LIST_DAYS = 190  # half a year and a few days to be late


@dataclass(frozen=True)
class RootNames:
    """What stands in the certificates that a root signs: address of the lists, policy as an OID or empty.

    `tsa_by_curve`: whether the timestamp server of the installation gets a key of P-256.
    """

    organisation: str
    country: str
    address: str
    policy: str = ""
    tsa_by_curve: bool = False

    def named(self, common_name: str) -> x509.Name:
        """A subject of this organisation (CeremonyRefused without one)."""
        if not self.organisation:
            raise CeremonyRefused("AUTHORITY_ORGANISATION: must be said; it stands in every certificate.")
        return certificates.service_name(common_name, self.organisation, self.country)


def check_passphrase(passphrase: bytes) -> None:
    """Refuse a passphrase that is too short for an authority (CeremonyRefused)."""
    if len(passphrase.decode(errors="replace")) < LEAST_PASSPHRASE:
        raise CeremonyRefused(f"The passphrase must have at least {LEAST_PASSPHRASE} characters.")


def create_root(folder: Path, names: RootNames, common_name: str, passphrase: bytes, at: datetime) -> Authority:
    """Make the root's key and certificate; cut off, a repeat with the same passphrase finishes it.

    A root that is there already is only opened; CeremonyRefused for a weak passphrase or a missing name.
    """
    check_passphrase(passphrase)
    subject = names.named(common_name)
    open_key_folder(folder)
    with locked(folder):
        key_path, path = folder / "root.key.pem", folder / "root.pem"
        if not key_path.exists():
            write_private(key_path, encrypt_key(authorities.new_authority_key(), passphrase, PASSPHRASE_ROUNDS))
        if not path.exists():
            root = authorities.create_root(subject, read_key(key_path, passphrase), at)
            order = KeyOrder(authorities.ROOT_NAME, certificates.ROOT, subject, at)
            keep(folder, IssuanceRecord(folder), root.certificate, authorities.ROOT_NAME, order)
            write_private(path, certificate_pem(root.certificate))
        return open_root(folder, passphrase)


@dataclass(frozen=True)
class Carried:
    """The folder that goes from one machine to the other."""

    folder: Path

    @property
    def request(self) -> Path:
        """Made by the installation, for the root."""
        return self.folder / "issuing.csr"

    @property
    def issuing(self) -> Path:
        """Made by the root: the issuing authority's certificate."""
        return self.folder / "issuing.pem"

    @property
    def root(self) -> Path:
        """The root's certificate."""
        return self.folder / "root.pem"

    @property
    def crl(self) -> Path:
        """The root's list of revoked certificates, DER."""
        return self.folder / "root.crl"


def sign_issuing(
    folder: Path, passphrase: bytes, names: RootNames, common_name: str, carried: Carried, at: datetime
) -> x509.Certificate:
    """Sign the issuing authority's request, and write certificate, root and list into the folder to carry.

    The request gives only the key; a key that was signed under this name before gets the same certificate again.
    """
    subject = names.named(common_name)
    try:
        key = read_request(carried.request.read_bytes())
    except OSError as error:
        raise CeremonyRefused(f"{carried.request.name}: cannot be read.") from error
    root = open_root(folder, passphrase, names.address, names.policy)
    with locked(folder):
        certificate = _signed_before(folder, key, subject)
        if certificate is None:
            order = KeyOrder(authorities.ISSUING_NAME, certificates.ISSUING, subject, at)
            certificate = certify(folder, root, order, key)
        write_private(carried.issuing, certificate_pem(certificate))
        write_private(carried.root, certificate_pem(root.certificate))
        _write_list(folder, root, carried, at, LIST_DAYS)
    return certificate


def write_root_list(folder: Path, passphrase: bytes, carried: Carried, at: datetime, days: int = LIST_DAYS) -> None:
    """Sign the root's list anew, into the folder to carry; it counts for `days`."""
    root = open_root(folder, passphrase)
    with locked(folder):
        _write_list(folder, root, carried, at, days)


def _write_list(folder: Path, root: Authority, carried: Carried, at: datetime, days: int) -> None:
    revoked = RevocationRegister(folder).all(root.name)
    write_private(carried.crl, make_crl(root, revoked, at, timedelta(days=days)))


def _signed_before(folder: Path, key: object, subject: x509.Name) -> x509.Certificate | None:
    """A certificate that stands for the same key and name: signing was cut off, or is repeated."""
    register = RevocationRegister(folder)
    for path in sorted((folder / "issued").glob("*.pem")):
        found = x509.load_pem_x509_certificate(path.read_bytes())
        if found.public_key() == key and found.subject == subject and found.issuer != found.subject:
            if register.find(authorities.ROOT_NAME, found.serial_number):
                raise CeremonyRefused("The key had a certificate that was revoked.")
            return found
    return None
