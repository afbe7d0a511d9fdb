"""Names → keys. Seals and the key of receipts are opened at the start and kept; an official's is opened for one act.

In files: `seal-<name>.p12` with its password in `<name>.pass` or in KEY_PASSWORD_SEAL_<NAME>(_FILE), `receipt.p12` in
the same way; an `official-<login>.p12` is opened by its PIN, and the `.pem` beside it shows its certificates.
Elsewhere: whatever `keys.toml` lists (`signing.keys.stores`), by the same two secrets.
"""

import os
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from config.clock import Clock
from config.reader import Reader
from config.retired import RetiredKeys
from signing.keys.confirm import ConfirmStore
from signing.keys.errors import KeyNotValid, KeyUnknown, KeyUnusable, WrongPin
from signing.keys.held import HeldStore
from signing.keys.pkcs12 import open_pkcs12
from signing.keys.protocol import KeyInfo, SigningKey, Way
from signing.keys.stores import NAME, read_stores
from signing.pki.marks import mark_of
from signing.pki.revoked import RevocationRegister

RECEIPT = "receipt"  # the one key that signs what the service itself says
NO_RECEIPT_KEY = "receipt: there is no key of receipts; make one: antin signing create-receipt-key"


@dataclass(frozen=True)
class KeyFault:
    """One key that stops the start, and why, in one line without secrets."""

    name: str
    why: str


class Keyring:
    """The keys of one folder, and those that its `keys.toml` lists elsewhere."""

    def __init__(self, folder: Path, clock: Clock, environment: Mapping[str, str] = os.environ) -> None:
        self._folder = folder
        self._clock = clock
        self._environment = environment
        self._stores = read_stores(folder)
        self._kept: dict[str, SigningKey] = {}
        self._guard = threading.Lock()
        self._revoked = RevocationRegister(folder)
        self._retired = RetiredKeys(folder)

    def open_seals(self) -> list[KeyFault]:
        """Open every seal, look at every listed certificate; the faults of what cannot be opened or is not valid."""
        faults = []
        seals = {path.stem for path in self._folder.glob("seal-*.p12")}
        for name in sorted((seals | set(self._stores)) - {RECEIPT}):
            try:
                shown = self.info(name)
                if store := self._stores.get(name):
                    store.check(name, shown)
            except (KeyUnusable, KeyNotValid, KeyUnknown) as error:
                faults.append(KeyFault(name, error.detail))
        return faults

    def open_receipt(self) -> list[KeyFault]:
        """Open the key of receipts, which every installation has; its fault, if it has one."""
        try:
            self.receipt()
        except KeyUnknown:
            return [KeyFault(RECEIPT, NO_RECEIPT_KEY)]
        except (KeyUnusable, KeyNotValid) as error:
            return [KeyFault(RECEIPT, error.detail)]
        return []

    def names(self) -> list[str]:
        """Every key that the folder and its list name, whether it can be used or not."""
        kinds = ("seal-*", "official-*", RECEIPT)
        files = {path.stem for kind in kinds for path in self._folder.glob(f"{kind}.p12")}
        return sorted(files | set(self._stores))

    def seal(self, name: str) -> SigningKey:
        """An agency's seal, opened now when it came after the start (KeyUnknown, KeyUnusable, KeyNotValid)."""
        self._check_name(name, "seal-")
        return self._unattended(name)

    def receipt(self) -> SigningKey:
        """The key of receipts, in the same way; never one that is a seal's or an official's as well (KeyUnusable)."""
        self._check_name(RECEIPT, RECEIPT)
        return self._unattended(RECEIPT)

    def _unattended(self, name: str) -> SigningKey:
        with self._guard:
            if name in self._kept and self._is_lost(self._kept[name].info):
                self._kept.pop(name).close()  # the one that took its place, if there is one by now
            if name not in self._kept:
                self._kept[name] = self._open_unattended(name)
            key = self._kept[name]
        self._check_valid(name, key.info)
        return key

    def official(self, name: str, pin: str) -> SigningKey:
        """An official's key for one act; the caller closes it (KeyUnknown, KeyNotValid, WrongPin, PinLocked)."""
        self._check_name(name, "official-")
        shown = self.info(name)
        self._check_valid(name, shown)
        if store := self._stores.get(name):
            return store.open(name, shown, pin)
        key = open_pkcs12(self._folder / f"{name}.p12", pin)
        if key.info.certificate != shown.certificate:
            raise KeyUnusable(f"{name}: the certificate beside the key is not the one in it.")
        return key

    def usable(self, name: str) -> KeyInfo:
        """The public part of a key that may be used now (KeyUnknown, KeyNotValid, KeyUnusable)."""
        info = self.info(name)
        self._check_valid(name, info)
        return info

    def confirming(self, name: str) -> ConfirmStore:
        """The store that asks this key's holder on the telephone (KeyUnknown)."""
        store = self._stores.get(name)
        if not isinstance(store, ConfirmStore):
            raise KeyUnknown("There is no key of this name.")
        return store

    def close(self) -> None:
        """Let go of every seal and the key of receipts: end their sessions and logins."""
        with self._guard:
            for key in self._kept.values():
                key.close()
            self._kept.clear()

    def info(self, name: str) -> KeyInfo:
        """The public part of a key; needs no PIN (KeyUnknown, KeyUnusable)."""
        if name.startswith("seal-"):
            return self.seal(name).info
        if name == RECEIPT:
            return self.receipt().info
        self._check_name(name, "official-")
        return self._shown(name)

    def _shown(self, name: str) -> KeyInfo:
        """What the `.pem` of a key says."""
        try:
            shown = x509.load_pem_x509_certificates((self._folder / f"{name}.pem").read_bytes())
        except (OSError, ValueError) as error:
            raise KeyUnusable(f"{name}.pem: no certificate can be read from it.") from error
        encoded = [certificate.public_bytes(Encoding.DER) for certificate in shown]
        return KeyInfo(encoded[0], encoded[1:], self._way(name))

    def _way(self, name: str) -> Way:
        store = self._stores.get(name)
        if isinstance(store, ConfirmStore):
            return Way.CONFIRM
        return Way.HELD if isinstance(store, HeldStore) else Way.PIN

    def _check_name(self, name: str, kind: str) -> None:
        """A name never leads out of the folder, and a seal is not opened as an official's key."""
        known = name in self._stores or (NAME.fullmatch(name) and (self._folder / f"{name}.p12").is_file())
        if not known or not name.startswith(kind):
            raise KeyUnknown("There is no key of this name.")

    def _open_unattended(self, name: str) -> SigningKey:
        try:
            if store := self._stores.get(name):
                secret = self._password(name) if store.asks_secret else ""
                key = store.open(name, self._shown(name), secret)
            else:
                key = open_pkcs12(self._folder / f"{name}.p12", self._password(name))
        except WrongPin:
            raise KeyUnusable(f"{name}: its password does not open it.") from None
        if name == RECEIPT and (other := self._signer_with(key.info)):
            key.close()
            raise KeyUnusable(f"{RECEIPT}: its key is that of {other}; it must be one of its own.")
        return key

    def _signer_with(self, info: KeyInfo) -> str:
        """The seal or official who has this very key: it would sign for the service; empty where there is none."""
        mark = mark_of(x509.load_der_x509_certificate(info.certificate))
        for path in (*self._folder.glob("seal-*.pem"), *self._folder.glob("official-*.pem")):
            try:
                own = x509.load_der_x509_certificate(self._shown(path.stem).certificate)
            except KeyUnusable:
                continue  # said where that key is asked for
            if mark_of(own) == mark:
                return path.stem
        return ""

    def _password(self, name: str) -> str:
        variable = "KEY_PASSWORD_" + re.sub(r"[^A-Z0-9]", "_", name.upper())
        reader = Reader(self._environment)
        if reader.given(variable):
            password = reader.text(variable)
            if reader.problems:
                raise KeyUnusable(reader.problems[0])
            return password
        try:
            return (self._folder / f"{name}.pass").read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise KeyUnusable(f"{name}: needs {name}.pass or {variable}_FILE.") from error

    def _check_valid(self, name: str, info: KeyInfo) -> None:
        certificate = x509.load_der_x509_certificate(info.certificate)
        now = self._clock.now()
        if now > certificate.not_valid_after_utc:
            raise KeyNotValid(f"{name}: the certificate expired on {certificate.not_valid_after_utc:%Y-%m-%d}.")
        if now < certificate.not_valid_before_utc:
            raise KeyNotValid(f"{name}: the certificate is not valid yet.")
        if self._is_retired(info.certificate):
            raise KeyNotValid(f"{name}: the key was lost and is retired.")
        if any(map(self._is_retired, info.chain)):
            raise KeyNotValid(f"{name}: the key of the authority above its certificate was lost.")
        if self.is_revoked(certificate):
            raise KeyNotValid(f"{name}: the certificate is revoked.")

    def _is_lost(self, info: KeyInfo) -> bool:
        """Whether the key, or that of an authority above it, was retired."""
        return any(map(self._is_retired, (info.certificate, *info.chain)))

    def _is_retired(self, certificate_der: bytes) -> bool:
        return self._retired.find(mark_of(x509.load_der_x509_certificate(certificate_der))) is not None

    def retired_at(self, name: str) -> datetime | None:
        """When a key of this name was retired last: what signed under the name before is not the present key's."""
        return max((key.at for key in self._retired.all() if key.name == name), default=None)

    def is_revoked(self, certificate: x509.Certificate) -> bool:
        """Whether its key is retired here, or the built-in authority revoked it; that answers for none but its own."""
        if self._retired.find(mark_of(certificate)):
            return True
        for issuer in ("issuing", "root"):
            revoked = self._revoked.find(issuer, certificate.serial_number)
            if revoked and revoked.at <= self._clock.now():
                return True
        return False
