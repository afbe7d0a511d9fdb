"""The authority of one folder of keys: root and issuing authority, each with its key or without."""

import functools
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from signing.pki import authority as authorities
from signing.pki.authority import Authority
from signing.pki.errors import KeyFolderUnusable, PassphraseWrong
from signing.pki.issuance import IssuanceRecord
from signing.pki.keyfiles import read_certificate, read_key, read_password

ISSUED = "issued"
TRUST = "trust"


@dataclass(frozen=True)
class BuiltInAuthority:
    """Root and issuing authority of one folder."""

    folder: Path
    root: Authority
    issuing: Authority

    def authority(self, name: str) -> Authority:
        """The authority called "root" or "issuing"."""
        return {self.root.name: self.root, self.issuing.name: self.issuing}[name]

    @functools.cached_property
    def record(self) -> IssuanceRecord:
        """Everything that the two issued and revoked here."""
        return IssuanceRecord(self.folder)

    def issued(self, serial: int) -> bool:
        """Whether the issuing authority ever gave a certificate this serial number."""
        return self.record.find(self.issuing.name, serial) is not None


def load_authority(
    folder: Path, address: str | None = None, passphrase: bytes | None = None, policy: str = ""
) -> BuiltInAuthority:
    """Open an authority that was created before, so that it can issue (KeyFolderUnusable, PassphraseWrong).

    `passphrase` is that of the issuing authority, where there is no `issuing.pass`. A root whose key is kept
    elsewhere is opened without it.
    """
    root = _root(folder, address, policy)
    key = read_key(folder / "issuing.key.pem", passphrase or read_password(folder / "issuing.pass"))
    certificate = read_certificate(folder / "issuing.pem")
    _check_pair("issuing", key.public_key() == certificate.public_key())
    return BuiltInAuthority(folder, root, Authority(authorities.ISSUING_NAME, certificate, key, address, policy))


def load_published(folder: Path, address: str | None = None, policy: str = "") -> BuiltInAuthority:
    """Open it as far as its passphrases lie beside it: with the issuing key, or with certificates alone."""
    try:
        return load_authority(folder, address, policy=policy)
    except (KeyFolderUnusable, PassphraseWrong):
        if (folder / "issuing.pass").exists() or not (folder / "issuing.pem").exists():
            raise
    issuing = Authority(authorities.ISSUING_NAME, read_certificate(folder / "issuing.pem"), None, address, policy)
    return BuiltInAuthority(folder, _root(folder, address, policy), issuing)


def open_root(folder: Path, passphrase: bytes | None, address: str | None = None, policy: str = "") -> Authority:
    """The root with its key (KeyFolderUnusable, PassphraseWrong)."""
    certificate = read_certificate(folder / "root.pem")
    key = read_key(folder / "root.key.pem", passphrase or read_password(folder / "root.pass"))
    _check_pair("root", key.public_key() == certificate.public_key())
    return Authority(authorities.ROOT_NAME, certificate, key, address, policy)


def issued_path(folder: Path, serial: int) -> Path:
    """Where a folder keeps a certificate that it issued."""
    return folder / ISSUED / f"{serial:x}.pem"


def issued_certificate(folder: Path, serial: int) -> x509.Certificate:
    """A certificate that this folder issued (KeyFolderUnusable)."""
    return read_certificate(issued_path(folder, serial))


def _root(folder: Path, address: str | None, policy: str) -> Authority:
    """With its key where that lies here with its passphrase, as in a trial."""
    if (folder / "root.pass").exists() or _lies_open(folder / "root.key.pem"):
        return open_root(folder, None, address, policy)
    return Authority(authorities.ROOT_NAME, read_certificate(folder / "root.pem"), None, address, policy)


def _lies_open(path: Path) -> bool:
    return path.exists() and b"ENCRYPTED" not in path.read_bytes()


def _check_pair(name: str, together: bool) -> None:
    if not together:
        raise KeyFolderUnusable(f"{name}.pem: is not the certificate of {name}.key.pem.")
