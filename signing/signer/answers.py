"""What the signer process does for each question; knows no sockets."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext
from typing import Any

from config.errors import Refused
from signing.journal.record import Journal, KeyUse
from signing.keys.keyring import Keyring
from signing.keys.protocol import SigningKey
from signing.signer.admission import OFFICIAL, SEAL, Admission, Question
from signing.signer.attempts import PinAttempts
from signing.signer.elsewhere import Elsewhere
from signing.signer.errors import QuestionMalformed
from signing.signer.frames import Frame
from signing.signer.log_key import LogKey
from signing.signer.questions import number, question_of, text

LONGEST_PIN = 256


class Answers:
    """Admission, journal, key, journal: in this order, for one question after another on each request."""

    def __init__(
        self, keyring: Keyring, admission: Admission, journal: Journal, attempts: PinAttempts, log_key: LogKey
    ) -> None:
        self._keyring = keyring
        self._admission = admission
        self._journal = journal
        self._attempts = attempts
        self._log_key = log_key
        self._one_at_a_time = [threading.Lock() for _ in range(64)]
        self._by_name: dict[str, Callable[[dict[str, Any], list[bytes]], Frame]] = {
            "certificate": self._certificate,
            "sign": self._sign,
            "seal": self._seal,
            "note": self._note,
            "log-state": self._log_state,
            "log-key": self._verifier,
        } | Elsewhere(keyring, admission, journal, self._lock_of).by_name

    def answer(self, header: dict[str, Any], blobs: list[bytes]) -> Frame:
        """The answer to one frame; raises what is said no with (see errors.BY_NAME)."""
        found = self._by_name.get(str(header.get("ask")))
        if found is None:
            raise QuestionMalformed("There is no such question.")
        return found(header, blobs)

    def _certificate(self, header: dict[str, Any], blobs: list[bytes]) -> Frame:
        info = self._keyring.info(text(header, "key"))
        return {"way": info.way}, [info.certificate, *info.chain]

    def _sign(self, header: dict[str, Any], blobs: list[bytes]) -> Frame:
        question, pin = question_of(header, blobs), text(header, "pin", LONGEST_PIN)
        with self._lock_of(question):
            use = self._admitted(self._admission.admit_official, question, OFFICIAL)
            return {}, [self._used(use, question.attributes, lambda: self._opened(question.key, pin))]

    def _seal(self, header: dict[str, Any], blobs: list[bytes]) -> Frame:
        question = question_of(header, blobs)
        with self._lock_of(question):
            use = self._admitted(self._admission.admit_seal, question, SEAL)
            return {}, [self._used(use, question.attributes, lambda: nullcontext(self._keyring.seal(question.key)))]

    def _note(self, header: dict[str, Any], blobs: list[bytes]) -> Frame:
        if len(blobs) < 2:
            raise QuestionMalformed("A checkpoint is asked for with two roots.")
        old_root, root, *proof = blobs
        old = (number(header, "old_size"), old_root)
        return {"note": self._log_key.sign(text(header, "origin"), old, number(header, "size"), root, proof)}, []

    def _log_state(self, header: dict[str, Any], blobs: list[bytes]) -> Frame:
        state = self._log_key.state()
        return ({"size": state.size}, [state.root]) if state else ({}, [])

    def _verifier(self, header: dict[str, Any], blobs: list[bytes]) -> Frame:
        return {"key": self._log_key.verifier(text(header, "origin"))}, []

    def _admitted(self, admit: Callable[..., KeyUse], question: Question, role: str) -> KeyUse:
        try:
            return admit(question, self._keyring.info(question.key))
        except Refused as refusal:
            self._journal.record(question.use(role), "refused", f"{type(refusal).__name__}: {refusal.detail}")
            raise

    def _used(self, use: KeyUse, data: bytes, opened: Callable[[], AbstractContextManager[SigningKey]]) -> bytes:
        """Sign between two lines of the journal; the first is committed before the key is touched."""
        self._journal.record(use, "asked")
        try:
            with opened() as key:
                value = key.sign(data)
        except Refused as refusal:
            self._journal.record(use, "refused", f"{type(refusal).__name__}: {refusal.detail}")
            raise
        self._journal.record(use, "signed")
        return value

    def _opened(self, key: str, pin: str) -> AbstractContextManager[SigningKey]:
        with self._attempts.attempt(key):
            return closing(self._keyring.official(key, pin))

    def _lock_of(self, question: Question) -> threading.Lock:
        return self._one_at_a_time[question.request_id.int % len(self._one_at_a_time)]
