"""Numbers that come after the signature, for licences and other papers alike (Decree 30/2020/NĐ-CP, art. 15, 32, 33).

The document is signed with blanks. The clerk's order for the seal gives number and day, in its own transaction, and
puts the texts on record with the signing request; the seal's revision fills them in. Where they come before the
signature, they stand in the text, and nothing is on record to be filled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from config.unit_of_work import Work
from licensing.papers.errors import NumberDiffers
from signing.pades.blanks import DATE, EXPIRY, NUMBER, Blank
from signing.pades.printed import printed
from signing.requests.models import SigningRequest, State
from signing.requests.queries import get_request

LONGEST_SEQ = 6  # digits: a series has room for 999,999 numbers a year
LONGEST_DAY = "ngày 00 tháng 00 năm 0000"
UNDATED = timedelta(days=90)  # how long a document waits for its signature when no day is printed in it


class Numbered(Protocol):
    """What is numbered: number and day are given together, or none of it is there yet."""

    @property
    def number(self) -> str | None: ...

    @property
    def issued_on(self) -> date | None: ...

    @property
    def valid_until(self) -> date | None: ...


def blanks_for(number: Callable[[str], str], dated: str, *, ends: bool = False) -> dict[str, Blank]:
    """What the clerk fills in, with the longest text that may come. `number` prints digits as a number of the series.

    `dated` says what its day is; one that `ends` has a last day too.
    """
    blanks = {NUMBER: Blank("Số, ký hiệu", number("0" * LONGEST_SEQ)), DATE: Blank(dated, LONGEST_DAY)}
    return blanks | {EXPIRY: Blank("Có hiệu lực đến hết", LONGEST_DAY)} if ends else blanks


def usual_texts(blanks: Mapping[str, Blank], number: Callable[[str], str]) -> dict[str, dict[str, str]]:
    """For the layout: the longest text of each blank, and the usual one, by which it is set in its line."""
    usual = {NUMBER: number("00")}
    return {name: {"longest": blank.longest, "usual": usual.get(name, blank.longest)} for name, blank in blanks.items()}


def fixed_texts(work: Work, request_id: UUID, numbered: Numbered, give: Callable[[], None]) -> dict[str, str] | None:
    """What the seal of a document fills in; None for one whose number the official has signed.

    The first order has it numbered by `give`, every later one finds what was given then, also on another day. The
    caller holds the lock on what is numbered.
    """
    if numbered.number is None:
        give()
    elif get_request(work, request_id).filled is None:
        return None
    return _texts(numbered)


def check_filled(filled: Mapping[str, str | None], request: SigningRequest, numbered: Numbered) -> None:
    """Raise NumberDiffers unless a sealed document's blanks say what was given; it has none where that was signed."""
    expected = {} if request.filled is None else _texts(numbered)
    if dict(filled) != expected:
        raise NumberDiffers("The sealed document has another number or day than was given to it.")


def _texts(numbered: Numbered) -> dict[str, str]:
    if numbered.number is None or numbered.issued_on is None:
        return {}
    return printed(numbered.number, numbered.issued_on, numbered.valid_until)


def signable_until(issued_on: date | None, today: date) -> date:
    """The last day on which a document may be signed: the one printed in it, or many days where none is."""
    return issued_on or today + UNDATED


def waited_too_long(
    issued_on: InstrumentedAttribute[date | None], request_id: InstrumentedAttribute[UUID | None], today: date
) -> sa.ColumnElement[bool]:
    """For the database: a document's printed day has passed, or it was not signed for too long."""
    passed = sa.exists().where(
        SigningRequest.id == request_id, SigningRequest.state == State.FILED, SigningRequest.expires_on < today
    )
    return sa.or_(issued_on < today, passed)
