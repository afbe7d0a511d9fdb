"""What the signer needs of a key, wherever the key lives: file, card, or a remote service."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class KeyInfo:
    """What everybody may know of a key: its certificate and those above it without the root, DER."""

    certificate: bytes
    chain: list[bytes]


class SigningKey(Protocol):
    """An opened key."""

    @property
    def name(self) -> str: ...

    @property
    def info(self) -> KeyInfo: ...

    def sign(self, data: bytes) -> bytes:
        """The raw value over the SHA-256 of `data`: RSA PKCS #1 v1.5, or ECDSA as a DER sequence."""
        ...
