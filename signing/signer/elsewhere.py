"""Keys that sign elsewhere: in their holders' hands, or on a telephone. The same rules, the same journal, no key.

A value that came from outside is written down as signed only after it was verified here.
"""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from config.errors import Refused
from signing.journal.record import Journal, KeyUse
from signing.keys.confirm import Ask, Confirmation
from signing.keys.errors import KeyUnknown
from signing.keys.keyring import Keyring
from signing.keys.protocol import KeyInfo, Way
from signing.pades.value import control_code, verified_value
from signing.signer.admission import OFFICIAL, Admission, Question
from signing.signer.errors import QuestionMalformed
from signing.signer.frames import Frame
from signing.signer.questions import question_of, text
from signing.signer.standing import FRESH

NOW = timedelta(0)  # minutes went by since the beginning: the certificate may have been revoked in between
LONGEST_WORDS = 400  # characters that a telephone shows


class Elsewhere:
    """The questions about such keys, `by_name`."""

    def __init__(
        self,
        keyring: Keyring,
        admission: Admission,
        journal: Journal,
        lock_of: Callable[[Question], threading.Lock],
    ) -> None:
        self._keyring = keyring
        self._admission = admission
        self._journal = journal
        self._lock_of = lock_of
        self.by_name: dict[str, Callable[[dict[str, Any], list[bytes]], Frame]] = {
            "may-sign": self._may_sign,
            "held": self._held,
            "confirm-start": self._start,
            "confirm-poll": self._poll,
        }

    def _may_sign(self, header: dict[str, Any], blobs: list[bytes]) -> Frame:
        self._admitted(question_of(header, blobs), Way.HELD, Way.CONFIRM)
        return {}, []

    def _held(self, header: dict[str, Any], blobs: list[bytes]) -> Frame:
        if len(blobs) != 3:
            raise QuestionMalformed("A held key's signature comes with attributes, a revision and a value.")
        question = question_of(header, blobs[:2])
        with self._lock_of(question):
            use, info = self._admitted(question, Way.HELD, newest=NOW, ready_made=True)
            return {}, [self._verified(use, question, blobs[2], info)]

    def _start(self, header: dict[str, Any], blobs: list[bytes]) -> Frame:
        question, transaction = question_of(header, blobs), text(header, "transaction", 64)
        use, info = self._admitted(question, Way.CONFIRM)
        words = self._admission.words(question.request_id)[:LONGEST_WORDS]
        ask = Ask(
            transaction,
            str(question.request_id),
            question.attributes,
            f"{control_code(question.attributes)} – {words}",
            self._admission.now(),
        )
        self._journal.record(use, "asked")
        try:
            return {"ticket": self._keyring.confirming(question.key).start(question.key, info, ask)}, []
        except Refused as refusal:
            self._refused(use, refusal)
            raise

    def _poll(self, header: dict[str, Any], blobs: list[bytes]) -> Frame:
        question, ticket = question_of(header, blobs), text(header, "ticket", 128)
        store = self._keyring.confirming(question.key)
        state, value = store.poll(question.key, ticket, str(question.request_id))
        if state is Confirmation.WAITING:
            return {"state": state}, []
        with self._lock_of(question):
            use, info = self._admitted(question, Way.CONFIRM, newest=NOW)
            if state is Confirmation.SIGNED:
                return {"state": state}, [self._verified(use, question, value, info)]
            self._journal.record(use, "refused", f"the holder of the key: {state}")
            return {"state": state}, []

    def _admitted(
        self, question: Question, *ways: Way, newest: timedelta = FRESH, ready_made: bool = False
    ) -> tuple[KeyUse, KeyInfo]:
        try:
            info = self._keyring.usable(question.key)
            if info.way not in ways:
                raise KeyUnknown("There is no such key that signs elsewhere.")
            return self._admission.admit_official(question, info, newest=newest, ready_made=ready_made), info
        except Refused as refusal:
            self._refused(question.use(OFFICIAL), refusal)
            raise

    def _verified(self, use: KeyUse, question: Question, value: bytes, info: KeyInfo) -> bytes:
        """The value as it is embedded; the journal says so once, however often a caller repeats itself."""
        try:
            verified = verified_value(question.attributes, value, info.certificate)
        except Refused as refusal:
            self._refused(use, refusal)
            raise
        if use.digest not in self._journal.signed_digests(question.request_id, OFFICIAL):
            if info.way is Way.HELD:
                self._journal.record(use, "asked")
            self._journal.record(use, "signed")
        return verified

    def _refused(self, use: KeyUse, refusal: Refused) -> None:
        self._journal.record(use, "refused", f"{type(refusal).__name__}: {refusal.detail}")
