"""Private keys and certificates in files: PKCS #8 under a passphrase (RFC 8018), PKCS #12, PEM.

The encryption of PKCS #8 is put together here, because the library's own has 2,048 rounds: too few for a
passphrase that a person can remember.
"""

from collections.abc import Iterable
from pathlib import Path

from asn1crypto import keys, pem
from cryptography import x509
from cryptography.hazmat.primitives import hashes, padding, serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.serialization import pkcs12

from config.tokens import random_bytes, random_secret
from signing.pki.authority import PrivateKey
from signing.pki.errors import KeyFolderUnusable, PassphraseWrong
from signing.pki.keyfolder import write_private

SECRET_ROUNDS = 2_000  # the password is 256 random bits
PIN_ROUNDS = 50_000  # 7 ms with each act; a short PIN is guessed from a stolen file all the same
PASSPHRASE_ROUNDS = 600_000  # a third of a second with each opening; a person chose the passphrase
ENCRYPTED = " ".join(("ENCRYPTED", "PRIVATE", "KEY"))  # in parts: no file of the tree may look as if it held one


def certificate_pem(certificate: x509.Certificate) -> bytes:
    """One certificate as PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def read_certificate(path: Path) -> x509.Certificate:
    """The first certificate of a PEM file (KeyFolderUnusable)."""
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise KeyFolderUnusable(f"{path.name}: no certificate can be read from it.") from error


def read_password(path: Path) -> bytes | None:
    """The content of a password file without white space around it; None when there is no such file."""
    try:
        return path.read_bytes().strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise KeyFolderUnusable(f"{path.name}: cannot be read.") from error


def password_of(folder: Path, name: str) -> bytes:
    """The password of an unattended key, kept in `<name>.pass` beside it; made when it is missing."""
    path = folder / f"{name}.pass"
    if not path.exists():
        write_private(path, random_secret().encode())
    return path.read_bytes().strip()


def is_encrypted(path: Path) -> bool:
    """Whether a key file needs a passphrase."""
    return ENCRYPTED.encode() in path.read_bytes()


def encrypt_key(key: PrivateKey, passphrase: bytes, rounds: int) -> bytes:
    """The key as encrypted PKCS #8, PEM: PBES2 with PBKDF2-HMAC-SHA256 and AES-256-CBC (RFC 8018, 6.2)."""
    plain = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    salt, vector = random_bytes(16), random_bytes(16)
    derived = PBKDF2HMAC(hashes.SHA256(), 32, salt, rounds).derive(passphrase)
    padder = padding.PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES(derived), modes.CBC(vector)).encryptor()
    sealed = encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
    derivation = {"salt": keys.OctetString(salt), "iteration_count": rounds, "prf": {"algorithm": "sha256"}}
    parameters = {
        "key_derivation_func": {"algorithm": "pbkdf2", "parameters": derivation},
        "encryption_scheme": {"algorithm": "aes256_cbc", "parameters": vector},
    }
    whole = keys.EncryptedPrivateKeyInfo(
        {"encryption_algorithm": {"algorithm": "pbes2", "parameters": parameters}, "encrypted_data": sealed}
    )
    armoured: bytes = pem.armor(ENCRYPTED, whole.dump())
    return armoured


def read_key(path: Path, passphrase: bytes | None = None) -> PrivateKey:
    """Open a PKCS #8 file; a passphrase is used only where the file has one (KeyFolderUnusable, PassphraseWrong)."""
    try:
        wanted = passphrase if is_encrypted(path) else None
        key = serialization.load_pem_private_key(path.read_bytes(), wanted)
    except TypeError as error:
        raise PassphraseWrong(f"{path.name}: needs its passphrase.") from error
    except (OSError, ValueError) as error:
        if "password" in str(error).lower():
            raise PassphraseWrong(f"{path.name}: the passphrase does not open it.") from None
        raise KeyFolderUnusable(f"{path.name}: no key can be read from it.") from error
    if not isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey):
        raise KeyFolderUnusable(f"{path.name}: a key of this kind cannot sign certificates.")
    return key


def pack(
    name: str,
    key: PrivateKey,
    certificate: x509.Certificate,
    above: Iterable[x509.Certificate],
    password: bytes,
    rounds: int,
) -> bytes:
    """A key with its certificates as PKCS #12 (RFC 7292)."""
    lock = (
        serialization.PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(rounds)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(hashes.SHA256())
        .build(password)
    )
    return pkcs12.serialize_key_and_certificates(name.encode(), key, certificate, list(above), lock)


def unpack(path: Path, password: bytes) -> tuple[PrivateKey, x509.Certificate, list[x509.Certificate]]:
    """Key, certificate and those above of a PKCS #12 file (KeyFolderUnusable, PassphraseWrong)."""
    try:
        packed = pkcs12.load_pkcs12(path.read_bytes(), password)
    except OSError as error:
        raise KeyFolderUnusable(f"{path.name}: cannot be read.") from error
    except ValueError as error:
        raise PassphraseWrong(f"{path.name}: the password does not open it.") from error
    if packed.cert is None or not isinstance(packed.key, RSAPrivateKey | EllipticCurvePrivateKey):
        raise KeyFolderUnusable(f"{path.name}: holds no key with its certificate.")
    return packed.key, packed.cert.certificate, [extra.certificate for extra in packed.additional_certs]
