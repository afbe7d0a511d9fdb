"""What was found out about a file, handed to whoever brought it, signed: so that a report can be made later on of what
was told before, and nothing of the file nor about it has to be kept here.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from config.errors import RuleBroken
from config.plain import Malformed, from_bytes, to_bytes
from config.sentences import later
from registry.verification.check_file import Looked
from registry.verification.result import Finding, Recorded, Result
from signing.validation.drawing import Comparison
from signing.validation.report import Report
from signing.validation.told import details_json, signature_json

SALT = "antin verification ticket"
LASTS = timedelta(minutes=30)
LONGEST = 300_000  # characters; a form holds no more than half a million


class TicketNotGood(RuleBroken):
    """The page that the report was asked from is too old, or was not ours; check the file again."""


@dataclass(frozen=True)
class Ticket:
    """A verdict as it was told at `as_of`. `licence` is JSON: what the register says of it; no pictures are in it."""

    file_sha256: str
    size: int
    finding: Finding
    recorded: Recorded
    as_of: datetime
    report: Report
    reasons: tuple[str, ...]
    licence: str | None
    comparison: Comparison | None

    @classmethod
    def of(cls, looked: Looked, file_sha256: str, size: int) -> Ticket | None:
        """None for a verdict that rests on no report."""
        result = looked.result
        if result.report is None:
            return None
        return cls(
            file_sha256,
            size,
            result.finding,
            result.recorded,
            result.as_of,
            result.report,
            tuple(result.reasons),
            None if result.licence is None else json.dumps(result.licence),
            None if looked.comparison is None else replace(looked.comparison, pictures=()),
        )

    def looked(self) -> Looked:
        """What was told, once more."""
        report = self.report
        result = Result(
            self.finding,
            self.recorded,
            self.as_of,
            None if self.licence is None else json.loads(self.licence),
            [signature_json(report, one) for one in report.signatures],
            self.reasons,
            report.notes,
            details=details_json(report),
            report=report,
        )
        return Looked(result, self.comparison)


def signed(ticket: Ticket, secret: str) -> str | None:
    """The ticket as text for a form; None where it would be too long for one."""
    try:
        text = str(_serializer(secret).dumps(to_bytes(ticket).decode()))
    except UnicodeError:  # half a character, which a hostile file may hold
        return None
    return text if len(text) <= LONGEST else None


def read_ticket(text: str, secret: str, now: datetime) -> Ticket:
    """The ticket that we signed; raises TicketNotGood for another text, and once it is too old."""
    refused = TicketNotGood(later("The result is older than half an hour, or is not ours. Check the file again."))
    if len(text) > LONGEST:
        raise refused
    try:
        ticket = from_bytes(Ticket, str(_serializer(secret).loads(text)).encode())
    except (BadData, Malformed, UnicodeError):
        raise refused from None
    if not timedelta(minutes=-1) <= now - ticket.as_of <= LASTS:  # clocks of two machines may differ a little
        raise refused
    return ticket


def _serializer(secret: str) -> Any:
    return URLSafeSerializer([secret], salt=SALT, signer_kwargs={"digest_method": hashlib.sha256})
