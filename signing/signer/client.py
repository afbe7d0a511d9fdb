"""Asks the signer process; the only way to a key from the web and worker processes."""

import socket
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from signing.keys.confirm import Confirmation as Confirmation  # what `confirm_poll` gives
from signing.keys.protocol import KeyInfo as KeyInfo  # what `certificate` gives
from signing.keys.protocol import Way as Way
from signing.notes.former import FormerLogKey
from signing.signer.errors import BY_NAME, QuestionMalformed, SignerUnavailable
from signing.signer.frames import Frame, receive, send
from signing.trust.endings import Ending, What

SECONDS = 30.0  # for one question and its answer
AGENT_KEY_SECONDS = 5.0  # a lost one is known that long


class SignerClient:
    """The signer process behind one unix socket; safe to share between threads."""

    def __init__(self, path: Path, seconds: float = SECONDS) -> None:
        self._path = path
        self._seconds = seconds
        self._agent_key: tuple[float, tuple[str, dict[str, str]] | None] = (0.0, None)

    def certificate(self, key: str) -> KeyInfo:
        """The certificates of a key; needs no PIN (KeyUnknown, KeyNotValid, KeyUnusable)."""
        answer, blobs = self._ask({"ask": "certificate", "key": key})
        return KeyInfo(blobs[0], blobs[1:], Way(answer["way"]))

    def sign(self, request_id: UUID, key: str, pin: str, attributes: bytes, revision: bytes) -> bytes:
        """The raw value of an official's key over the signed attributes on record for a request.

        Raises WrongPin, PinLocked, SignatureRefused, KeyUnknown, KeyNotValid, SignerUnavailable.
        """
        header = {"ask": "sign", "request": str(request_id), "key": key, "pin": pin}
        return self._ask(header, [attributes, revision])[1][0]

    def authorise(self, key: str, pin: str, documents: Mapping[UUID, str]) -> tuple[str, datetime]:
        """Open an official's key once for many documents, the SHA-256 (hex) of each by its request.

        The name to ask with, and until when it counts. Raises WrongPin, PinLocked, SignatureRefused, KeyUnknown, …
        """
        named = {str(request_id): document for request_id, document in documents.items()}
        answer, _ = self._ask({"ask": "authorise", "key": key, "pin": pin, "documents": named})
        return str(answer["authorisation"]), datetime.fromisoformat(answer["ends"])

    def sign_authorised(
        self, request_id: UUID, key: str, authorisation: str, attributes: bytes, revision: bytes
    ) -> bytes:
        """As `sign`, on an authorisation instead of a PIN (AuthorisationEnded). May be asked again until `signed`."""
        header = {"ask": "sign-authorised", "request": str(request_id), "key": key, "authorisation": authorisation}
        return self._ask(header, [attributes, revision])[1][0]

    def signed(self, request_id: UUID, authorisation: str) -> None:
        """Say that the signature of an authorised document is on record; the key is closed after the last one."""
        self._ask({"ask": "signed", "request": str(request_id), "authorisation": authorisation})

    def seal(self, request_id: UUID, key: str, attributes: bytes, revision: bytes) -> bytes:
        """The raw value of an agency's seal over the signed attributes on record for a request its official signed.

        Raises SealRefused, KeyUnknown, KeyNotValid, SignerUnavailable. The same question may be asked again.
        """
        header = {"ask": "seal", "request": str(request_id), "key": key}
        return self._ask(header, [attributes, revision])[1][0]

    def state(self, statement_id: UUID, key: str, asked: bytes) -> bytes:
        """The raw value of an agency's seal over the signing input on record for a statement; may be asked again.

        Raises SealRefused, CertificateRefused, StandingUnknown, KeyUnknown, KeyNotValid, SignerUnavailable.
        """
        return self._ask({"ask": "state", "request": str(statement_id), "key": key}, [asked])[1][0]

    def receipt(self, receipt_id: UUID, attributes: bytes, revision: bytes) -> bytes:
        """The raw value of the key of receipts over the attributes on record for one; may be asked again.

        Raises ReceiptRefused, CertificateRefused, StandingUnknown, KeyUnknown, KeyNotValid, SignerUnavailable.
        """
        return self._ask({"ask": "receipt", "request": str(receipt_id)}, [attributes, revision])[1][0]

    def may_sign(self, request_id: UUID, key: str, attributes: bytes, revision: bytes) -> None:
        """Ask all that is asked before a key signs, for one that signs elsewhere (SignatureRefused, KeyNotValid …)."""
        self._ask({"ask": "may-sign", "request": str(request_id), "key": key}, [attributes, revision])

    def note_held(self, request_id: UUID, key: str, attributes: bytes, revision: bytes, value: bytes) -> bytes:
        """Have it written down that a held key signed; the value as it is embedded.

        Raises SignatureValueWrong, SignatureRefused, KeyNotValid, KeyUnknown, SignerUnavailable.
        """
        header = {"ask": "held", "request": str(request_id), "key": key}
        return self._ask(header, [attributes, revision, value])[1][0]

    def confirm_start(self, request_id: UUID, key: str, attributes: bytes, revision: bytes, transaction: UUID) -> str:
        """Have the key's holder asked on the telephone; a ticket for `confirm_poll`. A repeat is the same request.

        Raises ConfirmationUnavailable, ConfirmationRefused, and what `may_sign` raises.
        """
        header = {"ask": "confirm-start", "request": str(request_id), "key": key, "transaction": str(transaction)}
        return str(self._ask(header, [attributes, revision])[0]["ticket"])

    def confirm_poll(
        self, request_id: UUID, key: str, attributes: bytes, revision: bytes, ticket: str
    ) -> tuple[Confirmation, bytes]:
        """How far the request is, and the verified value once it is signed; raises what the two above raise."""
        header = {"ask": "confirm-poll", "request": str(request_id), "key": key, "ticket": ticket}
        answer, blobs = self._ask(header, [attributes, revision])
        return Confirmation(answer["state"]), b"".join(blobs)

    def agent_request(
        self, request_id: UUID, key: str, attributes: bytes, revision: bytes, asked: Mapping[str, str]
    ) -> str:
        """A request to its holder's agent, as JWS; `asked` names `session`, `agent` and `nonce`.

        Raises AgentsNotServed, QuestionMalformed, and what `may_sign` raises.
        """
        header = {"ask": "agent-request", "request": str(request_id), "key": key, **asked}
        return str(self._ask(header, [attributes, revision])[0]["request"])

    def agent_key(self) -> tuple[str, dict[str, str]]:
        """Who signs requests to agents: the origin of this installation, and its public JWK (AgentsNotServed).

        Strangers may have it asked for, so it is asked at most once in AGENT_KEY_SECONDS.
        """
        asked, known = self._agent_key
        if known is None or time.monotonic() - asked > AGENT_KEY_SECONDS:
            answer, _ = self._ask({"ask": "agent-key"})
            known = str(answer["issuer"]), {str(name): str(value) for name, value in answer["jwk"].items()}
            self._agent_key = time.monotonic(), known
        return known

    def endings(self) -> list[Ending]:
        """Everything with an end that the signer knows of, the first on top (SignerUnavailable)."""
        answer, _ = self._ask({"ask": "endings"})
        found = answer["endings"]
        return [Ending(What(what), name, datetime.fromisoformat(until)) for what, name, until in found]

    def sign_note(
        self, origin: str, old: tuple[int, bytes] | None, size: int, root: bytes, consistency: Sequence[bytes]
    ) -> str:
        """The signed note of a log's tree head that extends `old`, the last one signed (None: the first).

        Raises CheckpointRefused; `log_state` then says what was signed last.
        """
        old_size, old_root = old or (0, b"")
        header = {"ask": "note", "origin": origin, "old_size": old_size, "size": size}
        answer, _ = self._ask(header, [old_root, root, *consistency])
        return str(answer["note"])

    def log_state(self) -> tuple[int, bytes] | None:
        """Size and root of the tree head that was signed last, or None before the first."""
        answer, blobs = self._ask({"ask": "log-state"})
        return (int(answer["size"]), blobs[0]) if blobs else None

    def log_key(self, origin: str) -> str:
        """The verifier key (C2SP) of the log's notes, as text."""
        return str(self._ask({"ask": "log-key", "origin": origin})[0]["key"])

    def log_handover(self, origin: str) -> str:
        """The signed note that tells of the log's present key after one was lost; empty before that."""
        return str(self._ask({"ask": "log-key", "origin": origin})[0]["handover"])

    def former_log_keys(self, origin: str) -> list[FormerLogKey]:
        """The verifier keys that were retired, the oldest first."""
        answer, _ = self._ask({"ask": "log-key", "origin": origin})
        return [FormerLogKey(key, *map(datetime.fromisoformat, times)) for key, *times in answer["former"]]

    def note_retired(self) -> None:
        """Have the journal say which keys were retired; the signer refuses them anyway (SignerUnavailable)."""
        self._ask({"ask": "retired"})

    def _ask(self, header: dict[str, Any], blobs: Sequence[bytes] = ()) -> Frame:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(self._seconds)
                connection.connect(str(self._path))
                send(connection, header, blobs)
                answer, found = receive(connection, self._seconds)
        except (OSError, EOFError, QuestionMalformed) as error:
            raise SignerUnavailable("The signer process does not answer.") from error
        if "error" in answer:
            raise BY_NAME.get(str(answer["error"]), SignerUnavailable)(str(answer.get("detail", "")))
        return answer, found
