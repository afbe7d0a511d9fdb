"""Takes the official's key out of the folder of a running installation: into their hands, or to their telephone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

from tests.confirm.server import ACCOUNT, SECRET, USER
from tests.pki.build import Identity
from tests.processes import Services

NAME = "official-lanhdao"
HELD = f"""
[stores.hands]
kind = "held"

[keys.{NAME}]
store = "hands"
"""
CONFIRM = f"""
[stores.phone]
kind = "confirm"
url = "{{url}}"
account = "{ACCOUNT}"
secret = "phone.pass"
timeout = 2

[keys.{NAME}]
store = "phone"
user = "{USER}"
"""


def key_in(file: Path, pin: str) -> Identity:
    """The official's key, as its holder has it."""
    packed = pkcs12.load_pkcs12(file.read_bytes(), pin.encode())
    assert packed.cert and packed.key
    chain = [extra.certificate for extra in packed.additional_certs]
    return Identity(NAME, packed.cert.certificate, packed.key, chain, pin)  # type: ignore[arg-type]  # RSA or EC


@contextmanager
def moved(services: Services, url: str = "") -> Iterator[None]:
    """The signer knows the key's certificate alone; with `url` the holder is asked by the service there."""
    folder, state = services.settings.keys_folder, services.settings.data_folder
    services.stop("signer")
    take_out(folder, state / "held-elsewhere", url)
    services.start("signer")
    try:
        yield
    finally:
        services.stop("signer")
        (folder / "keys.toml").unlink()
        (folder / "phone.pass").unlink()
        (state / "held-elsewhere").rename(folder / f"{NAME}.p12")
        services.start("signer")


def take_out(folder: Path, target: Path, url: str = "") -> None:
    """Move the key out of a folder of keys and list it as one that is elsewhere; the signer reads that at its start."""
    (folder / f"{NAME}.p12").rename(target)
    (folder / "phone.pass").write_text(SECRET)
    (folder / "keys.toml").write_text(CONFIRM.format(url=url) if url else HELD)


def signature_by(key: Identity, data: bytes) -> bytes:
    """What the key says over these octets, with SHA-256."""
    if isinstance(key.key, RSAPrivateKey):
        return key.key.sign(data, PKCS1v15(), hashes.SHA256())
    return key.key.sign(data, ECDSA(hashes.SHA256()))


def as_pem(key: Identity) -> bytes:
    """The key as a file for other programs."""
    return key.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
