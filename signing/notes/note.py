"""Makes and verifies signed notes with Ed25519 keys (C2SP signed-note, v1.0.0)."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from signing.notes.errors import NoteInvalid

ED25519 = b"\x01"
PREFIX = "\u2014 "  # an em dash and a space
MAX_NOTE = 1_000_000  # characters
MAX_SIGNATURES = 100


@dataclass(frozen=True)
class NoteKey:
    """The public key of a signer of notes, with the name it signs by."""

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        if not self.name or "+" in self.name or any(letter.isspace() for letter in self.name):
            raise NoteInvalid("The name of a note key has no plus sign and no space.")
        if len(self.public_key) != 32:
            raise NoteInvalid("An Ed25519 public key has 32 bytes.")

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public_key).digest()[:4]

    @property
    def text(self) -> str:
        """The verifier key as text: `<name>+<key id in hex>+<algorithm and key in base64>`."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(ED25519 + self.public_key).decode()}"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read a verifier key; raises NoteInvalid."""
        try:
            name, key_id, encoded = text.split("+", 2)
            packed = base64.b64decode(encoded, validate=True)
        except ValueError as error:
            raise NoteInvalid("This is no verifier key.") from error
        if packed[:1] != ED25519:
            raise NoteInvalid("Only Ed25519 verifier keys are known.")
        key = cls(name, packed[1:])
        if key.key_id.hex() != key_id:
            raise NoteInvalid("The key id does not fit the verifier key.")
        return key


@dataclass(frozen=True)
class NoteSignature:
    """One signature line, not verified."""

    name: str
    key_id: bytes
    value: bytes


def make_note(text: str, name: str, key: Ed25519PrivateKey) -> str:
    """The note: the text (one or more lines, each ended) with this key's signature below it."""
    _check_text(text)
    signer = NoteKey(name, key.public_key().public_bytes_raw())
    return text + "\n" + signature_line(signer, key.sign(text.encode()))


def signature_line(signer: NoteKey, value: bytes) -> str:
    """One line of the lower part of a note, ended."""
    return f"{PREFIX}{signer.name} {base64.b64encode(signer.key_id + value).decode()}\n"


def read_note(note: str) -> tuple[str, list[NoteSignature]]:
    """The text and the signature lines of a note, none of them verified; raises NoteInvalid."""
    if len(note) > MAX_NOTE:
        raise NoteInvalid("The note is too long.")
    text, separator, lower = note.rpartition("\n\n")
    if not separator or not lower.endswith("\n"):
        raise NoteInvalid("The note has no signatures.")
    text += "\n"
    _check_text(text)
    lines = lower[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteInvalid("The note has too many signatures.")
    return text, [_signature(line) for line in lines]


def key_id_of(note: str) -> str:
    """The key id (hex) of the first signature of a note, not verified; raises NoteInvalid."""
    return read_note(note)[1][0].key_id.hex()


def verify_note(note: str, keys: Sequence[NoteKey]) -> str:
    """The text of a note that at least one of the keys signed; raises NoteInvalid.

    A wrong signature of one of the keys refuses the note whatever else it carries; unknown signers are skipped.
    """
    text, signatures = read_note(note)
    known = {(key.name, key.key_id): key for key in keys}
    good = 0
    for signature in signatures:
        if key := known.get((signature.name, signature.key_id)):
            try:
                Ed25519PublicKey.from_public_bytes(key.public_key).verify(signature.value, text.encode())
            except InvalidSignature as error:
                raise NoteInvalid(f"The signature of {key.name} is wrong.") from error
            good += 1
    if not good:
        raise NoteInvalid("None of the known keys signed the note.")
    return text


def _check_text(text: str) -> None:
    if not text.endswith("\n") or len(text) < 2:
        raise NoteInvalid("The text of a note is one or more ended lines.")
    if any(ord(letter) < 0x20 and letter != "\n" for letter in text):
        raise NoteInvalid("The text of a note has no control characters.")


def _signature(line: str) -> NoteSignature:
    name, _, encoded = line.removeprefix(PREFIX).partition(" ")
    if not line.startswith(PREFIX) or not name or "+" in name:
        raise NoteInvalid("A signature line is malformed.")
    try:
        packed = base64.b64decode(encoded, validate=True)
    except ValueError as error:
        raise NoteInvalid("A signature line is malformed.") from error
    if len(packed) < 5 or base64.b64encode(packed).decode() != encoded:
        raise NoteInvalid("A signature line is malformed.")
    return NoteSignature(name, packed[:4], packed[4:])
