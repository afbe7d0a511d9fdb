"""Names → keys of one folder. Seals are opened at the start and kept; an official's key is opened for one act.

`seal-<name>.p12` with its password in `<file>.pass` or in KEY_PASSWORD_SEAL_<NAME>(_FILE); `official-<login>.p12`
is opened by its PIN, and `official-<login>.pem` beside it shows its certificates without one.
"""

import os
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from config.clock import Clock
from config.reader import Reader
from signing.keys.errors import KeyNotValid, KeyUnknown, KeyUnusable, WrongPin
from signing.keys.pkcs12 import Pkcs12Key, open_pkcs12
from signing.keys.protocol import KeyInfo, SigningKey
from signing.pki.revoked import RevocationRegister

NAME = re.compile(r"(seal|official)-[a-z0-9][a-z0-9._-]{0,62}")


@dataclass(frozen=True)
class KeyFault:
    """One key that stops the start, and why, in one line without secrets."""

    name: str
    why: str


class Keyring:
    """The keys of one folder."""

    def __init__(self, folder: Path, clock: Clock, environment: Mapping[str, str] = os.environ) -> None:
        self._folder = folder
        self._clock = clock
        self._environment = environment
        self._seals: dict[str, Pkcs12Key] = {}
        self._guard = threading.Lock()
        self._revoked = RevocationRegister(folder)

    def open_seals(self) -> list[KeyFault]:
        """Open every seal of the folder; the faults of those that could not be opened or are not valid."""
        faults = []
        for path in sorted(self._folder.glob("seal-*.p12")):
            try:
                self.seal(path.stem)
            except (KeyUnusable, KeyNotValid, KeyUnknown) as error:
                faults.append(KeyFault(path.stem, error.detail))
        return faults

    def seal(self, name: str) -> SigningKey:
        """An agency's seal, opened now when it came after the start (KeyUnknown, KeyUnusable, KeyNotValid)."""
        path = self._path(name, "seal")
        with self._guard:
            if name not in self._seals:
                self._seals[name] = self._open_seal(path)
            key = self._seals[name]
        self._check_valid(name, key.info.certificate)
        return key

    def official(self, name: str, pin: str) -> SigningKey:
        """An official's key for one act; the caller forgets it (KeyUnknown, KeyNotValid, WrongPin)."""
        path = self._path(name, "official")
        shown = self.info(name)
        self._check_valid(name, shown.certificate)
        key = open_pkcs12(path, pin)
        if key.info.certificate != shown.certificate:
            raise KeyUnusable(f"{name}: the certificate beside the key is not the one in it.")
        return key

    def info(self, name: str) -> KeyInfo:
        """The public part of a key; needs no PIN (KeyUnknown, KeyUnusable)."""
        if name.startswith("seal-"):
            return self.seal(name).info
        path = self._path(name, "official").with_suffix(".pem")
        try:
            shown = x509.load_pem_x509_certificates(path.read_bytes())
        except (OSError, ValueError) as error:
            raise KeyUnusable(f"{path.name}: no certificate can be read from it.") from error
        encoded = [certificate.public_bytes(Encoding.DER) for certificate in shown]
        return KeyInfo(encoded[0], encoded[1:])

    def _path(self, name: str, kind: str) -> Path:
        """The file of a key; a name never leads out of the folder."""
        path = self._folder / f"{name}.p12"
        if not NAME.fullmatch(name) or not name.startswith(f"{kind}-") or not path.is_file():
            raise KeyUnknown("There is no key of this name.")
        return path

    def _open_seal(self, path: Path) -> Pkcs12Key:
        try:
            return open_pkcs12(path, self._password(path))
        except WrongPin:
            raise KeyUnusable(f"{path.name}: its password does not open it.") from None

    def _password(self, path: Path) -> str:
        variable = "KEY_PASSWORD_" + re.sub(r"[^A-Z0-9]", "_", path.stem.upper())
        reader = Reader(self._environment)
        if reader.given(variable):
            password = reader.text(variable)
            if reader.problems:
                raise KeyUnusable(reader.problems[0])
            return password
        try:
            return path.with_suffix(".pass").read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise KeyUnusable(f"{path.stem}: needs {path.stem}.pass or {variable}_FILE.") from error

    def _check_valid(self, name: str, certificate_der: bytes) -> None:
        certificate = x509.load_der_x509_certificate(certificate_der)
        now = self._clock.now()
        if now > certificate.not_valid_after_utc:
            raise KeyNotValid(f"{name}: the certificate expired on {certificate.not_valid_after_utc:%Y-%m-%d}.")
        if now < certificate.not_valid_before_utc:
            raise KeyNotValid(f"{name}: the certificate is not valid yet.")
        if self.is_revoked(certificate):
            raise KeyNotValid(f"{name}: the certificate is revoked.")

    def is_revoked(self, certificate: x509.Certificate) -> bool:
        """Whether the built-in authority revoked this certificate; it answers for none but its own."""
        for issuer in ("issuing", "root"):
            revoked = self._revoked.find(issuer, certificate.serial_number)
            if revoked and revoked.at <= self._clock.now():
                return True
        return False
