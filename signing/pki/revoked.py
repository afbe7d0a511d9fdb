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
    """One revoked certificate of the authority `issuer` ("root" or "issuing"); `at` is an aware instant.

    `invalid_since` is when the key is thought to have been lost, where that is known (RFC 5280, 5.3.2).
    """

    issuer: str
    serial: int
    at: datetime
    reason: ReasonFlags = ReasonFlags.unspecified
    invalid_since: datetime | None = None


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
    return json.dumps([_row(revocation) for revocation in revocations], indent=1).encode() + b"\n"


def _row(revocation: Revocation) -> dict[str, str]:
    row = {
        "issuer": revocation.issuer,
        "serial": f"{revocation.serial:x}",
        "at": revocation.at.isoformat(),
        "reason": revocation.reason.value,
    }
    if revocation.invalid_since:
        row["invalid_since"] = revocation.invalid_since.isoformat()
    return row


def _decode(data: bytes) -> tuple[Revocation, ...]:
    try:
        return tuple(_revocation(row) for row in json.loads(data))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeyFolderUnusable("The register of revoked certificates cannot be read.") from error


def _revocation(row: dict[str, str]) -> Revocation:
    since = row.get("invalid_since")
    return Revocation(
        row["issuer"],
        int(row["serial"], 16),
        datetime.fromisoformat(row["at"]),
        ReasonFlags(row["reason"]),
        datetime.fromisoformat(since) if since else None,
    )
