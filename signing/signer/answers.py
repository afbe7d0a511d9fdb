"""What the signer process does for each question; knows no sockets."""

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from functools import partial
from typing import Any
from uuid import UUID

from config.errors import Refused
from signing.journal.record import Journal, KeyUse
from signing.keys.keyring import Keyring
from signing.keys.protocol import SigningKey
from signing.signer.admission import OFFICIAL, SEAL, Admission, Question
from signing.signer.attempts import PinAttempts
from signing.signer.authorisations import Authorisations
from signing.signer.elsewhere import Elsewhere
from signing.signer.enclosures import ENCLOSURE, EnclosureAdmission
from signing.signer.errors import PinLocked, QuestionMalformed, WrongPin
from signing.signer.frames import Frame
from signing.signer.log_key import LogKey
from signing.signer.questions import documents_of, enclosure_of, number, question_of, request_of, text
from signing.signer.retirements import Retirements
from signing.signer.statements import StatementAdmission, statement_use
from signing.trust.endings import Ending

LONGEST_PIN = 256
AUTHORISATION = "authorisation"  # as the journal names the purpose


class Answers:
    """Admission, journal, key, journal: in this order, for one question after another on each request."""

    def __init__(
        self,
        keyring: Keyring,
        admission: Admission,
        journal: Journal,
        attempts: PinAttempts,
        log_key: LogKey,
        authorisations: Authorisations,
        retirements: Retirements,
        endings: Callable[[], Sequence[Ending]],
        statements: StatementAdmission,
        enclosures: EnclosureAdmission,
        more: Mapping[str, Callable[[dict[str, Any], list[bytes]], Frame]],
    ) -> None:
        self._statements, self._enclosures = statements, enclosures
        self._what_ends = endings
        self._keyring = keyring
        self._admission = admission
        self._journal = journal
        self._attempts = attempts
        self._log_key = log_key
        self._authorisations = authorisations
        self._retirements = retirements
        self._one_at_a_time = [threading.Lock() for _ in range(64)]
        self._by_name: dict[str, Callable[[dict[str, Any], list[bytes]], Frame]] = {
            "certificate": self._certificate,
            "sign": self._sign,
            "authorise": self._authorise,
            "sign-authorised": self._sign_authorised,
            "signed": self._signed,
            "seal": self._seal,
            "seal-enclosure": self._seal_enclosure,
            "state": self._state,
            "note": self._note,
            "log-state": self._log_state,
            "endings": self._endings,
            "log-key": self._verifier,
            "retired": self._retired,
        }
        self._by_name |= Elsewhere(keyring, admission, journal, self._lock_of).by_name | dict(more)

    def answer(self, header: dict[str, Any], blobs: list[bytes]) -> Frame:
        """The answer to one frame; raises what is said no with (see errors.BY_NAME)."""
        found = self._by_name.get(str(header.get("ask")))
        if found is None:
            raise QuestionMalformed("There is no such question.")
        return found(header, blobs)

    def close(self) -> None:
        """Close the keys that were left open for several documents."""
        self._authorisations.close()

    def _certificate(self, header: dict[str, Any], blobs: list[bytes]) -> Frame:
        info = self._keyring.info(text(header, "key"))
        return {"way": info.way}, [info.certificate, *info.chain]

    def _sign(self, header: dict[str, Any], blobs: list[bytes]) -> Frame:
        question, pin = question_of(header, blobs), text(header, "pin", LONGEST_PIN)
        with self._lock_of(question):
            use = self._admitted(self._admission.admit_official, question, OFFICIAL)
            return {}, [self._used(use, question.attributes, lambda: self._opened(question.key, pin))]

    def _authorise(self, header: dict[str, Any], blobs: list[bytes]) -> Frame:
        """Open a key for many documents: all of them may be signed, or none is authorised."""
        key, pin = text(header, "key"), text(header, "pin", LONGEST_PIN)
        documents = documents_of(header)
        use = KeyUse(key, AUTHORISATION, authorised_digest(documents))
        try:
            self._admission.admit_authorisation(key, documents)
            self._journal.record(use, "asked")
            with self._attempts.attempt(key, proven=False):  # a remote service has not heard the PIN yet
                opened = self._keyring.official(key, pin)
        except Refused as refusal:
            self._journal.record(use, "refused", f"{type(refusal).__name__}: {refusal.detail}")
            raise
        self._journal.record(use, "signed")
        name, ends = self._authorisations.grant(opened, documents)
        return {"authorisation": name, "ends": ends.isoformat()}, []

    def _sign_authorised(self, header: dict[str, Any], blobs: list[bytes]) -> Frame:
        question, name = question_of(header, blobs), text(header, "authorisation")
        document = self._authorisations.document(name, question.key, question.request_id)
        with self._lock_of(question):
            use = self._admitted(partial(self._admission.admit_official, document=document), question, OFFICIAL)
            value = self._used(use, question.attributes, lambda: self._authorised(name, question.key))
        return {}, [value]

    def _signed(self, header: dict[str, Any], blobs: list[bytes]) -> Frame:
        """The caller has the signature on record: nothing more will be asked for this document."""
        self._authorisations.done(text(header, "authorisation"), request_of(header))
        return {}, []

    def _seal(self, header: dict[str, Any], blobs: list[bytes]) -> Frame:
        question = question_of(header, blobs)
        with self._lock_of(question):
            use = self._admitted(self._admission.admit_seal, question, SEAL)
            return {}, [self._used(use, question.attributes, lambda: nullcontext(self._keyring.seal(question.key)))]

    def _seal_enclosure(self, header: dict[str, Any], blobs: list[bytes]) -> Frame:
        """A file that goes out with a document; the same question has the same answer, as for the document."""
        question, signed = enclosure_of(header, blobs)
        with self._lock_of(question):
            use = self._admitted(partial(self._enclosures.admit, signed=signed), question, ENCLOSURE)
            return {}, [self._used(use, question.attributes, lambda: nullcontext(self._keyring.seal(question.key)))]

    def _state(self, header: dict[str, Any], blobs: list[bytes]) -> Frame:
        """A statement under a seal; the same question has the same answer, as for a seal on a document."""
        statement_id, key = request_of(header), text(header, "key")
        asked = blobs[0] if len(blobs) == 1 else b""
        try:
            use = self._statements.admit(statement_id, key, asked, self._keyring.info(key))
        except Refused as refusal:
            use = statement_use(statement_id, key, asked)
            self._journal.record(use, "refused", f"{type(refusal).__name__}: {refusal.detail}")
            raise
        return {}, [self._used(use, asked, lambda: nullcontext(self._keyring.seal(key)))]

    def _note(self, header: dict[str, Any], blobs: list[bytes]) -> Frame:
        if len(blobs) < 2:
            raise QuestionMalformed("A checkpoint is asked for with two roots.")
        old_root, root, *proof = blobs
        old = (number(header, "old_size"), old_root)
        return {"note": self._log_key.sign(text(header, "origin"), old, number(header, "size"), root, proof)}, []

    def _log_state(self, header: dict[str, Any], blobs: list[bytes]) -> Frame:
        state = self._log_key.state()
        return ({"size": state.size}, [state.root]) if state else ({}, [])

    def _endings(self, header: dict[str, Any], blobs: list[bytes]) -> Frame:
        found = [[one.what, one.name, one.until.isoformat()] for one in self._what_ends()]
        return {"endings": found}, []

    def _verifier(self, header: dict[str, Any], blobs: list[bytes]) -> Frame:
        origin = text(header, "origin")
        former = [[key.text, key.since.isoformat(), key.at.isoformat()] for key in self._log_key.former(origin)]
        return {"key": self._log_key.verifier(origin), "former": former, "handover": self._log_key.handover(origin)}, []

    def _retired(self, header: dict[str, Any], blobs: list[bytes]) -> Frame:
        """Somebody retired keys: write each down once, and let go of those that are open."""
        self._retirements.note()
        self._authorisations.close_if(self._retirements.names())
        return {}, []

    def _admitted(self, admit: Callable[..., KeyUse], question: Question, role: str) -> KeyUse:
        try:
            return admit(question, self._keyring.usable(question.key))
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

    @contextmanager
    def _opened(self, key: str, pin: str) -> Iterator[SigningKey]:
        """The key for one act; its PIN may turn out wrong at the opening, or only with the signature."""
        with self._attempts.attempt(key), closing(self._keyring.official(key, pin)) as opened:
            yield opened

    @contextmanager
    def _authorised(self, name: str, key: str) -> Iterator[SigningKey]:
        """The key of an authorisation. Where a service hears the PIN only now, a wrong one is tried once, not often."""
        try:
            self._keyring.usable(key)  # it may have been retired or revoked since it was opened
            with self._attempts.attempt(key), self._authorisations.use(name, key) as opened:
                yield opened
        except (WrongPin, PinLocked):
            self._authorisations.end(name)
            raise

    def _lock_of(self, question: Question) -> threading.Lock:
        return self._one_at_a_time[question.request_id.int % len(self._one_at_a_time)]


def authorised_digest(documents: Mapping[UUID, str]) -> str:
    """What the journal says of an authorisation: SHA-256 (hex) over a sorted line "request document" for each."""
    lines = sorted(f"{request_id} {document}\n" for request_id, document in documents.items())
    return hashlib.sha256("".join(lines).encode()).hexdigest()
