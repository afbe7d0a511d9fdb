"""The register of revoked certificates: one JSON file, written atomically, read again when it changes."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.x509 import ReasonFlags

from signing.pki.errors import KeyFolderUnusable
from signing.pki.keyfolder import write_private

FILE_NAME = "revoked.json"


@dataclass(frozen=True)
class Revocation:
    """One revoked certificate of the authority `issuer` ("root" or "issuing"); `at` is an aware instant."""

    issuer: str
    serial: int
    at: datetime
    reason: ReasonFlags = ReasonFlags.unspecified


class RevocationRegister:
    """The revocations in one folder; every question sees the file as it is now."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME
        self._seen: tuple[int, int, int] | None = None
        self._revocations: tuple[Revocation, ...] = ()

    def all(self, issuer: str) -> list[Revocation]:
        """Every revocation of one authority, oldest entry first."""
        return [revocation for revocation in self._current() if revocation.issuer == issuer]

    def find(self, issuer: str, serial: int) -> Revocation | None:
        """The revocation of one certificate, or None while it stands."""
        for revocation in self._current():
            if revocation.issuer == issuer and revocation.serial == serial:
                return revocation
        return None

    def add(self, revocation: Revocation) -> None:
        """Put a revocation on record; the first one of a certificate stays (a revocation is final)."""
        current = self._current()
        if self.find(revocation.issuer, revocation.serial) is None:
            write_private(self._path, _encode((*current, revocation)))

    def _current(self) -> tuple[Revocation, ...]:
        try:
            found = self._path.stat()
            seen = (found.st_mtime_ns, found.st_ino, found.st_size)
            if seen != self._seen:
                self._revocations, self._seen = _decode(self._path.read_bytes()), seen
        except FileNotFoundError:
            # A register that vanished must not turn revoked certificates good again.
            if self._seen is not None:
                raise KeyFolderUnusable("The register of revoked certificates has vanished.") from None
        return self._revocations


def _encode(revocations: tuple[Revocation, ...]) -> bytes:
    rows = [
        {"issuer": r.issuer, "serial": f"{r.serial:x}", "at": r.at.isoformat(), "reason": r.reason.value}
        for r in revocations
    ]
    return json.dumps(rows, indent=1).encode() + b"\n"


def _decode(data: bytes) -> tuple[Revocation, ...]:
    try:
        return tuple(
            Revocation(
                row["issuer"],
                int(row["serial"], 16),
                datetime.fromisoformat(row["at"]),
                ReasonFlags(row["reason"]),
            )
            for row in json.loads(data)
        )
    except (ValueError, KeyError, TypeError) as error:
        raise KeyFolderUnusable("The register of revoked certificates cannot be read.") from error
