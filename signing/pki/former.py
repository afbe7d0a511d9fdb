"""An issuing authority that was lost makes room for the next one; its certificate and its last list stay published.

Its last list counts to its end: it will sign no other, and papers of before are given new evidence by it.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from cryptography import x509

from config.retired import RetiredKeys
from signing.pki import authority as authorities
from signing.pki import certificates
from signing.pki.built_in import load_authority, open_root
from signing.pki.crl import make_crl
from signing.pki.issue import KeyOrder, certify
from signing.pki.keyfiles import (
    SECRET_ROUNDS,
    certificate_pem,
    encrypt_key,
    password_of,
    read_certificate,
    read_key,
)
from signing.pki.keyfolder import locked, write_private
from signing.pki.marks import mark_of
from signing.pki.revoked import RevocationRegister

FORMER = "former"  # the folder in the folder of keys


def list_name(authority: x509.Certificate) -> str:
    """What the list of an authority is called beside its plain name: its key identifier, hexadecimal."""
    return authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest.hex()


def former_lists(folder: Path) -> Mapping[str, bytes]:
    """The last lists of former authorities (DER), by name."""
    return {path.stem: path.read_bytes() for path in (folder / FORMER).glob("*.crl")}


def is_lost(folder: Path) -> bool:
    """Whether the issuing authority here is one whose key was lost."""
    path = folder / "issuing.pem"
    return path.exists() and RetiredKeys(folder).find(mark_of(read_certificate(path))) is not None


def put_aside(folder: Path, passphrase: bytes | None, now: datetime) -> None:
    """Sign the last list of a lost issuing authority, and move what is its own out of the way; may be repeated.

    The key goes last but for the certificate: whoever finds the certificate still here begins again.
    """
    with locked(folder):
        if not is_lost(folder):
            return
        aside = folder / FORMER
        aside.mkdir(mode=0o700, exist_ok=True)
        certificate = read_certificate(folder / "issuing.pem")
        name = list_name(certificate)
        if not (aside / f"{name}.crl").exists():
            lost = load_authority(folder, None, passphrase).issuing
            revoked = RevocationRegister(folder).all(lost.name)
            left = certificate.not_valid_after_utc - now.replace(microsecond=0)
            write_private(aside / f"{name}.crl", make_crl(lost, revoked, now, left))
        write_private(aside / f"{name}.pem", certificate_pem(certificate))
        for file in ("issuing.key.pem", "issuing.pass", "issuing.csr", "issuing.pem"):
            if (folder / file).exists():
                (folder / file).replace(aside / f"{name}.{file}")


def make_next(folder: Path, now: datetime, address: str, policy: str) -> x509.Certificate:
    """A new issuing authority below the root whose key lies here, as in a trial; cut off, a repeat finishes it."""
    with locked(folder):
        key_path, path = folder / "issuing.key.pem", folder / "issuing.pem"
        if path.exists():
            return read_certificate(path)
        root = open_root(folder, None, address, policy)
        password = password_of(folder, authorities.ISSUING_NAME)
        if not key_path.exists():
            write_private(key_path, encrypt_key(authorities.new_authority_key(), password, SECRET_ROUNDS))
        number = 1 + len(former_lists(folder))
        name = certificates.trial_name(f"Antin trial issuing authority {number} – no legal value")
        order = KeyOrder(authorities.ISSUING_NAME, certificates.ISSUING, name, now)
        made = certify(folder, root, order, read_key(key_path, password).public_key())
        write_private(path, certificate_pem(made))
        return made
