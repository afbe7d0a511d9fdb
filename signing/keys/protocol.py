"""What the signer needs of a key, wherever the key lives: file, card, security module, or a remote service."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Way(StrEnum):
    """How an official's key is asked: opened here by a PIN, in its holder's own hands, or confirmed on a telephone."""

    PIN = "pin"
    HELD = "held"
    CONFIRM = "confirm"


@dataclass(frozen=True)
class KeyInfo:
    """What everybody may know of a key: its certificate and those above it without the root (DER), how it is asked."""

    certificate: bytes
    chain: list[bytes]
    way: Way = Way.PIN


class SigningKey(Protocol):
    """An opened key. An official's is opened for one act and closed after it; a seal's stays open."""

    @property
    def name(self) -> str: ...

    @property
    def info(self) -> KeyInfo: ...

    def sign(self, data: bytes) -> bytes:
        """The raw value over the SHA-256 of `data`: RSA PKCS #1 v1.5, or ECDSA as a DER sequence (KeyUnusable).

        An official's key whose service hears the PIN only now raises WrongPin and PinLocked here.
        """
        ...

    def close(self) -> None:
        """Forget the secret, end the session. May be called twice."""
        ...


class KeyStore(Protocol):
    """Where keys live. None ever leaves it."""

    @property
    def asks_secret(self) -> bool:
        """Whether its seals have a PIN or password; without one `open` is given an empty text."""
        ...

    def check(self, name: str, info: KeyInfo) -> None:
        """At the start, without a secret: whether the key could be opened (KeyUnusable). May find nothing to ask."""
        ...

    def open(self, name: str, info: KeyInfo, secret: str) -> SigningKey:
        """Open one key with its PIN or password; raises WrongPin, KeyUnknown, KeyUnusable."""
        ...


def personal(name: str) -> bool:
    """Whether a key is an official's own, opened by a PIN that only the official knows."""
    return name.startswith("official-")
