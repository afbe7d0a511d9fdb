"""Keys at a remote signing service: the Cloud Signature Consortium's API, versions 1.0.4 and 2.0.

Every signature is authorised for itself: with the digest to be signed and what its owner typed. A digest leaves this
machine, a document never does; and what comes back is believed only when it verifies under the certificate.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from signing.keys.csc_access import Access, basic, client_credentials
from signing.keys.csc_api import CscApi
from signing.keys.csc_forms import Credential, FirstForm, Form, SecondForm
from signing.keys.errors import KeyUnknown, KeyUnusable, PinLocked, WrongPin
from signing.keys.options import Options
from signing.keys.protocol import KeyInfo, SigningKey, personal
from signing.keys.remote import SECONDS, Answer, Remote, remote, secret_in
from signing.keys.values import public_key, verified

VERSIONS = ("1.0.4", "2.0")
METHODS = ("credentials/info", "credentials/authorize", "signatures/signHash")
# The mechanism with its digest first; the bare key's only with the digest named beside it (11.9).
RSA = ("1.2.840.113549.1.1.11", "1.2.840.113549.1.1.1")
ECDSA = ("1.2.840.10045.4.3.2",)


class CscStore:
    """One service, with the identifiers of our keys there."""

    asks_secret = True

    def __init__(self, api: CscApi, identifiers: Mapping[str, str]) -> None:
        self._api, self._identifiers = api, identifiers

    def check(self, name: str, info: KeyInfo) -> None:
        """See KeyStore: the service is there, and the key is one that `open` takes."""
        self._api.check()
        self._look(name, info)

    def open(self, name: str, info: KeyInfo, secret: str) -> SigningKey:
        """See KeyStore. A wrong PIN is not told here but by `sign`: the service hears it with what is to be signed."""
        credential, algorithm = self._look(name, info)
        return CscKey(name, info, self._api, credential, algorithm, secret)

    def _look(self, name: str, info: KeyInfo) -> tuple[Credential, str]:
        if name not in self._identifiers:
            raise KeyUnknown("There is no key of this name.")
        try:
            credential = self._api.credential(self._identifiers[name])
            _check_state(credential, info)
            _check_owner(credential, personal(name))
            return credential, _algorithm(credential, info)
        except KeyUnusable as error:
            raise KeyUnusable(f"{name}: {error.detail}") from error


class CscKey:
    """A key that is asked anew for each signature. What its owner typed is kept until `close`."""

    def __init__(
        self, name: str, info: KeyInfo, api: CscApi, credential: Credential, algorithm: str, secret: str
    ) -> None:
        self.name, self.info = name, info
        self._api, self._credential, self._algorithm = api, credential, algorithm
        self._typed: dict[str, str] | None = _typed(name, credential, secret)
        self._shut: str | None = None
        self._proven = False
        self._proving = threading.Lock()

    def sign(self, data: bytes) -> bytes:
        """See SigningKey; WrongPin and PinLocked besides, of an official's key."""
        if self._proven:
            return self._signed(data)
        with self._proving:  # until a PIN was right, one at a time: those who wait learn that it was wrong
            value = self._signed(data)
        self._proven = True
        return value

    def close(self) -> None:
        """Forget what was typed."""
        self._typed = None

    def _signed(self, data: bytes) -> bytes:
        if self._shut or self._typed is None:
            raise KeyUnusable(f"{self.name}: {self._shut or 'is closed.'}")
        digest = hashlib.sha256(data).digest()
        try:
            value = self._api.sign(self._credential.id, digest, self._algorithm, self._typed)
            return verified(value, digest, self.info.certificate)
        except KeyUnusable as error:
            raise KeyUnusable(f"{self.name}: {error.detail}") from error
        except (WrongPin, PinLocked) as refusal:
            if personal(self.name):
                raise
            # The jobs of a seal try again and again: some wrong PINs later the service would lock the key for good.
            self._shut = f"{refusal.detail} It is not asked again before the signer process starts anew."
            raise KeyUnusable(f"{self.name}: {self._shut}") from None


def csc_store(table: Mapping[str, Any], keys: Mapping[str, Mapping[str, Any]], folder: Path) -> CscStore:
    """The store of `kind = "csc"`; each of its keys names its `credential`."""
    known = ("kind", "api", "url", "ca", "seconds", "authorization", "asynchronous")
    oauth2, login = ("token", "client", "client_secret", "scope"), ("user", "password")
    options = Options(table, *known, *oauth2, *login)
    version = options.choice("api", VERSIONS)
    asynchronous = options.flag("asynchronous")
    if asynchronous and version != "2.0":
        raise ValueError("asynchronous: only version 2.0 of the API knows it.")
    form: Form = FirstForm() if version == "1.0.4" else SecondForm(asynchronous)
    service = remote(options, options.text("url"), folder)
    methods = (*METHODS, "signatures/signPolling") if asynchronous else METHODS
    wait = options.number("seconds", SECONDS, 1, 25)
    api = CscApi(Access(service, _entry(options, service, version, folder)), form, methods, wait)
    return CscStore(api, {name: Options(key, "store", "credential").text("credential") for name, key in keys.items()})


def _entry(options: Options, service: Remote, version: str, folder: Path) -> Callable[[], Answer]:
    if options.choice("authorization", ("oauth2", "basic")) == "oauth2":
        server = remote(options, options.text("token"), folder)
        secret = secret_in(options, "client_secret", folder)
        return client_credentials(server, options.text("client"), secret, options.optional("scope"))
    if version != "1.0.4":
        raise ValueError("authorization: version 2.0 of the API has no basic any more, only oauth2.")
    return basic(service, options.text("user"), secret_in(options, "password", folder))


def _check_state(credential: Credential, info: KeyInfo) -> None:
    if credential.certificate != info.certificate:
        raise KeyUnusable("the service holds another certificate than the one beside keys.toml.")
    if credential.key_status != "enabled":
        raise KeyUnusable("the service has disabled the key.")
    if credential.certificate_status not in ("", "valid"):
        raise KeyUnusable(f"the service says that the certificate is {credential.certificate_status[:20]}.")


def _check_owner(credential: Credential, official: bool) -> None:
    """An official decides about each signature by typing something; a seal has nobody who could answer."""
    if credential.mode not in ("explicit", "implicit"):
        raise KeyUnusable("the key is authorised on the service's own page, which is not supported.")
    if credential.odd:
        raise KeyUnusable(f"the key cannot be authorised by typing: {credential.odd}; this is not supported.")
    if official and not credential.asks:
        raise KeyUnusable("the service asks its owner for nothing: whoever is let in there could sign.")
    if official and not credential.hash_bound:
        raise KeyUnusable("the service does not bind an authorisation to what is signed (SCAL 2).")
    if not official and len(credential.asks) > 1:
        raise KeyUnusable("the key wants a one-time password for each signature; a seal has nobody who types it.")


def _algorithm(credential: Credential, info: KeyInfo) -> str:
    wanted = RSA if isinstance(public_key(info.certificate), RSAPublicKey) else ECDSA
    for algorithm in wanted:
        if algorithm in credential.algorithms:
            return algorithm
    raise KeyUnusable("the service does not sign with SHA-256 by this key.")


def _typed(name: str, credential: Credential, secret: str) -> dict[str, str]:
    """What was typed, by the service's names for it; PIN and one-time password stand with a space between them."""
    parts = secret.rsplit(maxsplit=1) if len(credential.asks) > 1 else [secret] if credential.asks else []
    if len(parts) != len(credential.asks):
        raise KeyUnusable(f"{name}: type the PIN, a space, and the one-time password.")
    return dict(zip(credential.asks, parts, strict=True))
