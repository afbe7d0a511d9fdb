"""The calls of the Cloud Signature Consortium's API that a signature takes, and what their refusals mean to us."""

from __future__ import annotations

import binascii
import re
import threading
import time
from base64 import b64decode
from collections.abc import Collection, Mapping
from typing import Any

from config.errors import Refused
from signing.keys.csc_access import Access
from signing.keys.csc_forms import Credential, Form
from signing.keys.errors import KeyUnusable, PinLocked, WrongPin
from signing.keys.remote import Answer

POLL_SECONDS = 0.5  # between two questions whether a signature is ready
OK, ACCEPTED = 200, 202
# Both versions call nearly everything invalid_request and tell the causes apart by their sentences (11.6).
WRONG = re.compile(
    r"\b(pin|otp)\b.*\b(invalid|wrong|incorrect)\b|\b(invalid|wrong|incorrect) (parameter )?(pin|otp)\b", re.IGNORECASE
)
LOCKED = re.compile(r"\b(pin|otp|credential)\b.*\b(locked|blocked)\b", re.IGNORECASE)
NOT_READY = re.compile(r"not (yet )?been completed|not (yet )?complete", re.IGNORECASE)


class CscApi:
    """One service in one version of the API. Knows nothing of officials and seals."""

    def __init__(self, access: Access, form: Form, methods: tuple[str, ...], wait: float) -> None:
        self._access, self._form, self._wait = access, form, wait
        self._methods = methods

    def check(self) -> None:
        """Ask the service what it can do; KeyUnusable unless it knows all methods that we call."""
        known = self._ask("/info", {}).get("methods")
        missing = [name for name in self._methods if not isinstance(known, list) or name not in known]
        if missing:
            raise KeyUnusable(f"The service does not know {', '.join(missing)}.")

    def credential(self, id: str) -> Credential:
        """What the service says about a key (KeyUnusable)."""
        said = self._ask("/credentials/info", {"credentialID": id, "certificates": "chain", "authInfo": True})
        try:
            return self._form.credential(id, said)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise KeyUnusable("What the service says about the key cannot be read.") from error

    def sign(self, id: str, digest: bytes, algorithm: str, typed: Mapping[str, str]) -> bytes:
        """The value over one SHA-256 digest, authorised for this digest and once (WrongPin, PinLocked, KeyUnusable).

        The value is as the service gives it: neither checked nor brought into our form.
        """
        allowed = self._access.call("/credentials/authorize", self._form.authorize(id, [digest], typed))
        if allowed.status != OK:
            raise _refusal(allowed, typed.values())
        sad = allowed.read().get("SAD")
        if not isinstance(sad, str):
            raise KeyUnusable("The service authorised nothing.")
        said = self._ask("/signatures/signHash", self._form.sign(id, [digest], algorithm, sad), (sad,))
        if "signatures" not in said and isinstance(said.get("responseID"), str):
            said = self._poll(said["responseID"])
        return _one_value(said)

    def _ask(self, path: str, asked: Mapping[str, Any], secrets: Collection[str] = ()) -> dict[str, Any]:
        answer = self._access.call(path, asked)
        if answer.status != OK:
            raise _unusable(answer, secrets)
        return answer.read()

    def _poll(self, number: str) -> dict[str, Any]:
        """The outcome of an asynchronous signature (2.0, 11.12: signatures/signPolling)."""
        asked, ends, pause = {"requestID": number}, time.monotonic() + self._wait, threading.Event()
        while time.monotonic() < ends:
            answer = self._access.call("/signatures/signPolling", asked)
            said = answer.read()
            if answer.status == OK and "signatures" in said:
                return said
            if answer.status not in (OK, ACCEPTED) and not NOT_READY.search(_sentence(answer, ())):
                raise _unusable(answer, ())
            pause.wait(POLL_SECONDS)
        raise KeyUnusable("The signature was not ready in time.")


def _one_value(said: Mapping[str, Any]) -> bytes:
    try:
        (written,) = said["signatures"]
        return b64decode(written, validate=True)
    except (LookupError, TypeError, ValueError, binascii.Error):
        raise KeyUnusable("The service returned no signature.") from None


def _refusal(answer: Answer, typed: Collection[str]) -> Refused:
    """Why an authorisation was refused; only what is about the PIN is counted as a wrong one."""
    code, sentence = str(answer.read().get("error")), str(answer.read().get("error_description"))
    if answer.status < 500 and LOCKED.search(f"{code.replace('_', ' ')} {sentence}"):
        return PinLocked("The service has locked the key after too many wrong PINs.")
    if answer.status < 500 and (code in ("invalid_pin", "invalid_otp") or WRONG.search(sentence)):
        return WrongPin("The PIN does not open the key.")
    return _unusable(answer, typed)


def _unusable(answer: Answer, secrets: Collection[str]) -> KeyUnusable:
    code = str(answer.read().get("error", ""))
    parts = (code if re.fullmatch(r"[a-z_]{1,40}", code) else "", _sentence(answer, secrets))
    said = ": ".join(part for part in parts if part)
    return KeyUnusable(f"The service answers {answer.status}{f', {said}' if said else ''}.")


def _sentence(answer: Answer, secrets: Collection[str]) -> str:
    """The service's own words, unless they repeat a secret that was sent to it."""
    said = answer.read().get("error_description")
    if not isinstance(said, str) or any(secret in said for secret in secrets):
        return ""
    return re.sub(r"[^\w ,.:;'()/-]", "", said)[:160].rstrip(". ")
