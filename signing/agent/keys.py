"""The official's own key: a PKCS #12 file or a token, opened by the PIN for one answer and closed after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from signing.agent.errors import AgentStopped
from signing.keys.errors import KeyUnusable
from signing.keys.pkcs11 import Pkcs11Store, Place
from signing.keys.pkcs11_module import Module
from signing.keys.pkcs12 import open_pkcs12
from signing.keys.protocol import KeyInfo, SigningKey

OWN = "official-own"  # a personal key, which has its token alone while it is open
Opener = Callable[[str], AbstractContextManager[SigningKey]]


@dataclass(frozen=True)
class OwnKey:
    """The certificate (DER) and what opens the key with a PIN (WrongPin, PinLocked, KeyUnusable)."""

    certificate: bytes
    open: Opener

    @property
    def holder(self) -> str:
        """The common name in the certificate."""
        names = x509.load_der_x509_certificate(self.certificate).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return str(names[0].value) if names else ""


def read_certificate(path: Path) -> bytes:
    """The first certificate of a PEM file, as DER (AgentStopped)."""
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())[0].public_bytes(Encoding.DER)
    except (OSError, ValueError) as error:
        raise AgentStopped(f"{path}: no certificate can be read from it (PEM).") from error


def key_in_file(path: Path, certificate: bytes) -> OwnKey:
    """A PKCS #12 file; that it is there is looked at now (AgentStopped)."""
    if not path.is_file():
        raise AgentStopped(f"{path}: there is no such file.")

    @contextmanager
    def opened(pin: str) -> Iterator[SigningKey]:
        with closing(open_pkcs12(path, pin)) as key:
            if key.info.certificate != certificate:
                raise KeyUnusable(f"{path.name}: holds another key than that of the certificate.")
            yield key

    return OwnKey(certificate, opened)


def key_in_token(module: Path, place: Place, certificate: bytes) -> OwnKey:
    """A key in a token, which may be plugged in later; its module is loaded at the first signature."""
    if not module.is_file():
        raise AgentStopped(f"{module}: there is no such module.")
    loaded = Module(module)
    store = Pkcs11Store(loaded, {OWN: place})

    @contextmanager
    def opened(pin: str) -> Iterator[SigningKey]:
        try:
            key = store.open(OWN, KeyInfo(certificate, []), pin)
        except KeyUnusable:
            loaded.begin_anew()  # some modules see a token that was plugged in meanwhile only then
            key = store.open(OWN, KeyInfo(certificate, []), pin)
        with closing(key):
            yield key

    return OwnKey(certificate, opened)
