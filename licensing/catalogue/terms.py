"""The words that a procedure package may use: closed lists, bilingual text, law with its source."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Unit(StrEnum):
    """What a period is counted in."""

    HOUR = "hour"
    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    MONTH = "month"
    YEAR = "year"


class OnlineLevel(StrEnum):
    """Toàn trình, một phần, or information only (Decree 42/2022 names, kept by Decree 224/2026)."""

    FULL = "full"
    PARTIAL = "partial"
    INFO = "info"


class StepKind(StrEnum):
    """What is done in a step; the kind says which feature of the service completes it."""

    RECEIVE = "receive"
    CHECK = "check"
    INSPECT = "inspect"
    RECOMMEND = "recommend"
    REVIEW = "review"
    DECIDE = "decide"
    SIGN = "sign"
    SEAL = "seal"
    RETURN = "return"


class Role(StrEnum):
    """Who works on a step; accounts give these roles to people, per agency."""

    RECEPTION_OFFICER = "reception_officer"
    CASE_OFFICER = "case_officer"
    UNIT_HEAD = "unit_head"
    APPROVER = "approver"
    CLERK = "clerk"


class Outcome(StrEnum):
    """How the handling of an application can end."""

    GRANTED = "granted"
    REFUSED = "refused"
    LAPSED = "lapsed"


class Need(StrEnum):
    """What an action must bring with it."""

    REASON = "reason"
    GROUND = "ground"
    DOCUMENT = "document"


@dataclass(frozen=True)
class Text:
    """The same words in the two languages of the service."""

    vi: str
    en: str


@dataclass(frozen=True)
class LegalBasis:
    """A law that the procedure rests on. `verified` is true only when a lawyer read the text itself."""

    id: str
    number: str
    title: Text
    issued: date | None
    source: str
    verified: bool
    in_force_from: date | None = None
    in_force_until: date | None = None


@dataclass(frozen=True)
class Provision:
    """One article of a legal basis, and where we know it from."""

    basis: str
    article: str
    source: str
    verified: bool
    note: Text | None = None


@dataclass(frozen=True)
class Period:
    """A length of time, never zero."""

    value: Decimal
    unit: Unit
