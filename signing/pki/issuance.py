"""The record of everything that the authority issued and revoked: one line each, chained, never changed.

A certificate is on record before it is anywhere else, so that none can be out that the authority does not
know. A line that a power cut left half was never followed by a certificate: the next writer cuts it off.
"""

import hashlib
import json
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from signing.pki.certificates import new_serial
from signing.pki.errors import RecordBroken
from signing.pki.keyfolder import append_private

FILE_NAME = "issuance.jsonl"
START = "0" * 64


@dataclass(frozen=True)
class Act:
    """One line: what was done to which certificate, when, by whom.

    `act` is issued, revoked, or adopted (found among the issued ones of a folder from before there was a
    record); `issuer` is "root" or "issuing"; `at` is in UTC; `serial` and `digest` (SHA-256 of the DER) are
    hexadecimal; `detail` says more about a revocation.
    """

    act: str
    at: str
    by: str
    issuer: str
    profile: str
    name: str
    serial: str
    subject: str
    not_after: str
    digest: str
    detail: str = ""

    def adopted(self) -> "Act":
        """The same certificate, found in a folder that had no record of it."""
        return replace(self, act="adopted")

    def revoked(self, at: datetime, by: str, detail: str) -> "Act":
        """The line about its revocation."""
        return replace(self, act="revoked", at=_instant(at), by=by, detail=detail)


def issued(certificate: x509.Certificate, issuer: str, profile: str, name: str, at: datetime, by: str) -> Act:
    """The line about a certificate that is to be handed out."""
    return Act(
        act="issued",
        at=_instant(at),
        by=by,
        issuer=issuer,
        profile=profile,
        name=name,
        serial=f"{certificate.serial_number:x}",
        subject=certificate.subject.rfc4514_string(),
        not_after=_instant(certificate.not_valid_after_utc),
        digest=certificate.fingerprint(hashes.SHA256()).hex(),
    )


class IssuanceRecord:
    """The record in one folder. Whoever writes holds the folder's lock; readers see every whole line."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME
        self._guard = threading.Lock()
        self._acts: list[Act] = []
        self._issued: dict[tuple[str, str], Act] = {}
        self._end, self._hash = 0, START

    def acts(self) -> Sequence[Act]:
        """Every act, oldest first (RecordBroken)."""
        self._read()
        return self._acts

    def find(self, issuer: str, serial: int) -> Act | None:
        """What is on record of a certificate that the authority issued, else None (RecordBroken)."""
        self._read()
        return self._issued.get((issuer, f"{serial:x}"))

    def fresh_serial(self, draw: Callable[[], int] = new_serial) -> int:
        """A serial number that no certificate of this folder ever had."""
        self._read()
        taken = {act.serial for act in self._acts}
        while f"{(serial := draw()):x}" in taken:
            continue
        return serial

    def append(self, act: Act) -> None:
        """Put one act on record; when this returns, it survives a power cut (RecordBroken)."""
        self._read()
        if self._path.exists() and self._path.stat().st_size > self._end:
            os.truncate(self._path, self._end)  # half a line: its writer died, and nothing followed from it
        append_private(self._path, _line(asdict(act), self._hash))
        self._read()

    def _read(self) -> None:
        """Take in what was added since the last look, and check its chain."""
        with self._guard:
            self._take_in(self._added())

    def _added(self) -> bytes:
        try:
            with self._path.open("rb") as file:
                if os.fstat(file.fileno()).st_size < self._end:
                    raise RecordBroken("The record of issued certificates became shorter.")
                file.seek(self._end)
                return file.read()
        except FileNotFoundError:
            if self._end:
                raise RecordBroken("The record of issued certificates has vanished.") from None
            return b""

    def _take_in(self, added: bytes) -> None:
        for line in added.splitlines(keepends=True):
            if line.endswith(b"\n"):
                self._take(line)

    def _take(self, line: bytes) -> None:
        try:
            fields = json.loads(line)
            known, expected = fields.pop("hash"), _hash(fields, self._hash)
            act = Act(**fields)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RecordBroken(f"Line {len(self._acts) + 1} of the record of certificates cannot be read.") from error
        if known != expected:
            raise RecordBroken(f"The record of issued certificates is broken at line {len(self._acts) + 1}.")
        self._acts.append(act)
        if act.act != "revoked":
            self._issued[act.issuer, act.serial] = act
        self._end, self._hash = self._end + len(line), known


def _line(fields: dict[str, str], previous: str) -> bytes:
    whole = {**fields, "hash": _hash(fields, previous)}
    return json.dumps(whole, ensure_ascii=False).encode() + b"\n"


def _hash(fields: dict[str, str], previous: str) -> str:
    """SHA-256 (hex) over the hash of the line before and the fields as JSON with sorted keys."""
    text = json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
