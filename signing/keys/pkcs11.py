"""Keys in a module that speaks PKCS #11 (OASIS, 2.40 and 3.0): cards, tokens, security modules.

A token knows one user and one PIN, and one login for the whole process. So an official's key stands in a token of
its own, and whoever signs with it has the token alone from login to logout: nobody signs on another's login.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pkcs11
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pkcs11 import exceptions

from signing.keys.errors import KeyUnknown, KeyUnusable, PinLocked, WrongPin
from signing.keys.options import Options
from signing.keys.pkcs11_module import Module
from signing.keys.protocol import KeyInfo, SigningKey, personal

BUSY_SECONDS = 20.0  # how long one act waits for another on the same token
SESSIONS = 4  # of one seal, unless `sessions` says otherwise
WRONG_PIN = (exceptions.PinIncorrect, exceptions.PinInvalid, exceptions.PinLenRange)
Session = tuple[pkcs11.Session, pkcs11.PrivateKey]


@dataclass(frozen=True)
class Place:
    """Where a key stands: the label of its token, and its own label or identifier there."""

    token: str
    label: str | None
    id: bytes | None

    def named(self) -> dict[str, Any]:
        """As a search of the token asks for it."""
        return {name: value for name, value in (("label", self.label), ("id", self.id)) if value is not None}


class Pkcs11Store:
    """One module. The process that loads it can do so once; sessions are opened and closed as keys are."""

    asks_secret = True

    def __init__(self, module: Module, places: Mapping[str, Place], sessions: int = SESSIONS) -> None:
        self._places = places
        self._sessions = sessions
        self._tokens = {place.token: Token(module, place.token) for place in places.values()}

    def check(self, name: str, info: KeyInfo) -> None:
        """Nothing: a card may be put in later, and without a login its key is not to be seen."""

    def open(self, name: str, info: KeyInfo, secret: str) -> SigningKey:
        """Log in and find the key; see KeyStore. The key's public part must be that of the certificate."""
        place = self._places.get(name)
        if place is None:
            raise KeyUnknown("There is no key of this name.")
        token = self._tokens[place.token]
        if personal(name):
            return PersonalKey(name, info, token, place, secret)
        return SealKey(name, info, token, place, secret, self._sessions)


class Token:
    """One token of a module, found anew for each login: it may have been taken out and put back."""

    def __init__(self, module: Module, label: str) -> None:
        self._module, self._label = module, label
        self.alone = threading.Lock()
        self._guard = threading.Lock()
        self._login: pkcs11.Session | None = None

    def log_in(self, pin: str) -> pkcs11.Session:
        """A session with a login of its own (WrongPin, PinLocked, KeyUnusable). To close it logs everybody out."""
        with self._reasons() as token:
            return token().open(user_pin=pin)

    def join(self, pin: str) -> pkcs11.Session:
        """A session on the one login that the seals of this token share."""
        with self._guard, self._reasons() as token:
            if self._login is None:
                self._login = token().open(user_pin=pin)
            return token().open()

    def log_out(self) -> None:
        """Give the shared login up; the next one who joins logs in anew."""
        with self._guard:
            login, self._login = self._login, None
            if login is not None:
                self.leave(login)

    def sign(self, key: pkcs11.PrivateKey, data: bytes) -> bytes:
        """See SigningKey; raises what the module says (PKCS11Error)."""
        with self._module.using():
            return _signed(key, data)

    def leave(self, session: pkcs11.Session) -> None:
        """End a session; one that is gone already is gone."""
        with self._module.using(), suppress(exceptions.PKCS11Error):
            session.close()

    def begin_anew(self) -> None:
        """Have the module look for its tokens again."""
        self._module.begin_anew()

    def find(self, session: pkcs11.Session, place: Place, certificate: bytes) -> pkcs11.PrivateKey:
        """The private key, if its public part is that of the certificate (KeyUnusable)."""
        with self._reasons():
            found = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, **place.named())
            if _belongs(session, found, place, certificate):
                return found  # type: ignore[return-value]  # asked for by its class
        raise KeyUnusable(f"token {self._label}: the key is not the one of the certificate.")

    @contextmanager
    def _reasons(self) -> Iterator[Callable[[], pkcs11.Token]]:
        """In the module, with what finds the token; what it says no with is said in our words."""
        try:
            with self._module.using() as library:
                yield lambda: library.get_token(token_label=self._label)
        except WRONG_PIN:
            raise WrongPin("The PIN does not open the key.") from None
        except exceptions.PinLocked:
            raise PinLocked("The token is locked after too many wrong PINs.") from None
        except (exceptions.PKCS11Error, RuntimeError) as error:
            raise KeyUnusable(f"token {self._label}: {_reason(error)}") from error


class PersonalKey:
    """An official's key: its token is held from the login to `close`, so that nobody signs on this login."""

    def __init__(self, name: str, info: KeyInfo, token: Token, place: Place, pin: str) -> None:
        self.name, self.info = name, info
        if not token.alone.acquire(timeout=BUSY_SECONDS):
            raise KeyUnusable(f"{name}: the token is being used.")
        self._token = token
        self._end = ExitStack()
        self._end.callback(token.alone.release)
        try:
            session = token.log_in(pin)
            self._end.callback(token.leave, session)
            self._key = token.find(session, place, info.certificate)
        except BaseException:
            self.close()
            raise

    def sign(self, data: bytes) -> bytes:
        """See SigningKey. A token that was pulled out ends this act; the official begins anew, with the PIN."""
        try:
            return self._token.sign(self._key, data)
        except exceptions.PKCS11Error as error:
            raise KeyUnusable(f"{self.name}: {_reason(error)}") from error

    def close(self) -> None:
        """Log out; the token is free for the next act."""
        self._end.close()


class SealKey:
    """A seal: stays logged in, with some sessions, each for one signature at a time."""

    def __init__(self, name: str, info: KeyInfo, token: Token, place: Place, pin: str, sessions: int) -> None:
        self.name, self.info = name, info
        self._token, self._place, self._pin = token, place, pin
        self._places = threading.BoundedSemaphore(sessions)
        self._guard = threading.Lock()
        self._idle: list[Session] = []
        self._idle.append(self._joined())

    def sign(self, data: bytes) -> bytes:
        """See SigningKey. What broke is mended with a new login, then with the module begun anew, then given up."""
        with self._places:
            for mend in (self.close, self._token.begin_anew, None):
                try:
                    return self._sign_once(data)
                except (exceptions.PKCS11Error, KeyUnusable) as error:
                    if mend is None:
                        raise KeyUnusable(f"{self.name}: {_reason(error)}") from error
                    mend()
        raise AssertionError  # the loop returns or raises

    def close(self) -> None:
        """End the sessions that nobody uses, and the login; whoever signs next logs in anew."""
        with self._guard:
            idle, self._idle = self._idle, []
        for session, _ in idle:
            self._token.leave(session)
        self._token.log_out()

    def _sign_once(self, data: bytes) -> bytes:
        with self._guard:
            taken = self._idle.pop() if self._idle else None
        session, key = taken or self._joined()
        try:
            value = self._token.sign(key, data)
        except BaseException:
            self._token.leave(session)
            raise
        with self._guard:
            self._idle.append((session, key))
        return value

    def _joined(self) -> Session:
        session = self._token.join(self._pin)
        try:
            return session, self._token.find(session, self._place, self.info.certificate)
        except BaseException:
            self._token.leave(session)
            raise


def pkcs11_store(table: Mapping[str, Any], keys: Mapping[str, Mapping[str, Any]], folder: Path) -> Pkcs11Store:
    """The store of `kind = "pkcs11"`; each of its keys names a `token`, and itself by `label` or `id` (hexadecimal)."""
    options = Options(table, "kind", "module", "sessions", "parallel")
    path = options.file("module", folder)
    places = {name: _place(key) for name, key in keys.items()}
    for name, place in places.items():
        if personal(name) and sum(other.token == place.token for other in places.values()) > 1:
            raise ValueError(f"the token {place.token} of {name} holds other keys too: its PIN would open them all.")
    module = Module(path, parallel=options.flag("parallel"))
    return Pkcs11Store(module, places, options.number("sessions", SESSIONS, 1, 64))


def _place(table: Mapping[str, Any]) -> Place:
    options = Options(table, "store", "token", "label", "id")
    place = Place(options.text("token"), options.optional("label"), options.octets("id"))
    if not place.named():
        raise ValueError("a key is found by its label or its id; one of them is missing.")
    return place


def _belongs(session: pkcs11.Session, key: Any, place: Place, certificate: bytes) -> bool:
    public = x509.load_der_x509_certificate(certificate).public_key()
    if isinstance(public, RSAPublicKey) and key.key_type == pkcs11.KeyType.RSA:
        return int.from_bytes(key[pkcs11.Attribute.MODULUS]) == public.public_numbers().n
    if isinstance(public, EllipticCurvePublicKey) and key.key_type == pkcs11.KeyType.EC:
        beside = session.get_key(object_class=pkcs11.ObjectClass.PUBLIC_KEY, **place.named())
        point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return bytes(beside[pkcs11.Attribute.EC_POINT]).endswith(point)
    return False


def _signed(key: Any, data: bytes) -> bytes:
    if key.key_type == pkcs11.KeyType.RSA:
        return bytes(key.sign(data, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS))
    digest = hashlib.sha256(data).digest()
    raw = bytes(key.sign(digest, mechanism=pkcs11.Mechanism.ECDSA))  # some modules know no ECDSA with a digest
    half = len(raw) // 2
    return encode_dss_signature(int.from_bytes(raw[:half]), int.from_bytes(raw[half:]))


def _reason(error: Exception) -> str:
    """What a module says, by the name of its code; its messages are empty."""
    if isinstance(error, KeyUnusable):
        return error.detail
    return f"{type(error).__name__} {error}".strip() + "."
