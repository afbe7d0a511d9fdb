"""What a verifier is told: one verdict in three colours, the reason in words, and what the paper should say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from signing.validation.report import Report


class Colour(StrEnum):
    """Green: rely on it. Amber: nothing shows a forgery, but it is not shown to be good. Red: do not rely on it."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class Recorded(StrEnum):
    """Whether the register's log holds it. An inclusion log proves presence, never absence."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Finding(StrEnum):
    """Why the verdict is what it is; `words.py` says it to people."""

    VALID = "valid"
    ENCLOSURE = "enclosure"
    PENDING = "pending"
    NOT_YET = "not_yet"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    EXPIRED = "expired"
    ALTERED = "altered"
    SIGNATURE_SWAPPED = "signature_swapped"
    NUMBER_DIFFERS = "number_differs"
    SIGNED_NOT_ISSUED = "signed_not_issued"
    KEY_LOST = "key_lost"
    REPLACED = "replaced"
    CLAIMS_TO_BE_OURS = "claims_to_be_ours"
    NOT_CONCLUSIVE = "not_conclusive"
    LOG_DISAGREES = "log_disagrees"
    LOG_UNREACHABLE = "log_unreachable"
    OTHERS_SIGNED = "others_signed"
    OTHERS_REVOKED = "others_revoked"
    UNKNOWN_ISSUER = "unknown_issuer"
    NO_SIGNATURE = "no_signature"
    CHANGED_LATER = "changed_later"
    TOO_COMPLEX = "too_complex"
    UNREADABLE = "unreadable"
    PAPER = "paper"
    RECEIPT = "receipt"
    RECEIPT_KEY_LOST = "receipt_key_lost"


class Notice(StrEnum):
    """Something to know beside the verdict, which it does not change; `withdrawn.py` says it to people."""

    PAPER_WITHDRAWN = "paper_withdrawn"


COLOURS: Mapping[Finding, Colour] = {
    Finding.VALID: Colour.GREEN,
    Finding.ENCLOSURE: Colour.GREEN,
    Finding.PENDING: Colour.AMBER,
    Finding.NOT_YET: Colour.RED,
    Finding.SUSPENDED: Colour.RED,
    Finding.REVOKED: Colour.RED,
    Finding.EXPIRED: Colour.RED,
    Finding.ALTERED: Colour.RED,
    Finding.SIGNATURE_SWAPPED: Colour.RED,
    Finding.NUMBER_DIFFERS: Colour.RED,
    Finding.SIGNED_NOT_ISSUED: Colour.RED,
    Finding.KEY_LOST: Colour.RED,
    Finding.REPLACED: Colour.RED,
    Finding.CLAIMS_TO_BE_OURS: Colour.RED,
    Finding.NOT_CONCLUSIVE: Colour.AMBER,
    Finding.LOG_DISAGREES: Colour.RED,
    Finding.LOG_UNREACHABLE: Colour.AMBER,
    Finding.OTHERS_SIGNED: Colour.AMBER,
    Finding.OTHERS_REVOKED: Colour.RED,
    Finding.UNKNOWN_ISSUER: Colour.AMBER,
    Finding.NO_SIGNATURE: Colour.AMBER,
    Finding.CHANGED_LATER: Colour.AMBER,
    Finding.TOO_COMPLEX: Colour.AMBER,
    Finding.UNREADABLE: Colour.AMBER,
    Finding.PAPER: Colour.AMBER,
    Finding.RECEIPT: Colour.AMBER,  # good, and no licence: green is for what the register vouches for
    Finding.RECEIPT_KEY_LOST: Colour.RED,
}


@dataclass(frozen=True)
class Result:
    """The answer to one look-up. `licence` is what the register says of it, `signatures` what validation found.

    `details` is the rest of the report on a file: its history, what happened after signing, policy.
    `enclosure` is what a file is that goes out with the licence, as the log's leaf names it; None of any other file.
    `report` is all that validation said of it. One that is not `lasting` came about while the log could not be
    reached: it must not be kept as the answer.
    """

    finding: Finding
    recorded: Recorded
    as_of: datetime
    licence: Mapping[str, Any] | None = None
    signatures: Sequence[Mapping[str, Any]] = ()
    reasons: Sequence[str] = ()
    notes: Sequence[str] = ()
    lasting: bool = True
    details: Mapping[str, Any] | None = None
    enclosure: Mapping[str, Any] | None = None
    notice: Notice | None = None
    report: Report | None = None

    @property
    def verdict(self) -> Colour:
        return COLOURS[self.finding]
