"""What the licence says: the data of its layout, its machine-readable twin and its QR. Pure functions over values."""

from __future__ import annotations

import calendar
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from licensing.accounts.authority import SigningAuthority
from licensing.accounts.models import Agency
from licensing.catalogue.package import AFTER_SIGNATURE, BEFORE_SIGNATURE, Definition, ProcedurePackage
from licensing.catalogue.terms import Period, Unit
from licensing.images.stamps import NO_IMAGES, StampImages
from licensing.papers.blanks import blanks_for, usual_texts
from licensing.papers.layout import TRIAL, agency_data, signatory_data
from registry.verification.claims import LICENCE_SCHEMA
from signing.pades.blanks import Blank


@dataclass(frozen=True)
class EnclosedFile:
    """One file as it was supplied; `name` says what it is in both languages, numbered where there are several."""

    document: str
    name: dict[str, str]
    pages: int
    size: int
    sha256: str

    def as_json(self) -> dict[str, Any]:
        """As the data inside the licence has it: by this digest the official's signature covers the file."""
        return {"document": self.document, "name": self.name, "pages": self.pages, "sha256": self.sha256}


@dataclass(frozen=True)
class Facts:
    """Everything that is written on one licence.

    Number and days are None where the clerk gives them after the signature; `prepared_on` is the day on which the
    document was reserved, the same one in every repeat.
    """

    package: ProcedurePackage
    agency: Agency
    authority: SigningAuthority
    answers: Mapping[str, Any]
    prepared_on: date
    number: str | None
    register_code: str
    issued_on: date | None
    valid_until: date | None
    verify_at: str
    trial: bool
    images: StampImages = NO_IMAGES
    enclosures: tuple[EnclosedFile, ...] = ()

    @property
    def definition(self) -> Definition:
        return self.package.definition


def expiry(issued_on: date, validity: Period | None) -> date | None:
    """The last day of validity: the same day of the last month or year (Civil Code 2015, art. 147 and 148).

    The day of issue is not counted; a day that the last month does not have becomes its last day.
    """
    if validity is None:
        return None
    count = int(validity.value)
    if validity.unit in (Unit.CALENDAR_DAY, Unit.WORKING_DAY):
        return issued_on + timedelta(days=count)
    months = issued_on.month - 1 + count * (12 if validity.unit == Unit.YEAR else 1)
    year, month = issued_on.year + months // 12, months % 12 + 1
    return date(year, month, min(issued_on.day, calendar.monthrange(year, month)[1]))


def document_number(symbol: str, seq: int | str, year: int, agency_symbol: str) -> str:
    """The number as printed, by the pattern of the procedure: `12/2026/ATTP-SNNMT`."""
    return symbol.replace("{seq}", str(seq)).replace("{year}", str(year)).replace("{agency}", agency_symbol)


def blanks_needed(facts: Facts) -> dict[str, Blank]:
    """What the clerk fills in after the signature; nothing where all is known."""
    if facts.number is not None:
        return {}
    return blanks_for(partial(_number, facts), "Ngày cấp", ends=facts.definition.result.validity is not None)


def _number(facts: Facts, digits: str) -> str:
    return document_number(facts.definition.result.symbol, digits, facts.prepared_on.year, facts.agency.symbol)


def printed_fields(facts: Facts) -> dict[str, Any]:
    """The licence's fields by name, from the answers of the application."""
    return {field.name: facts.answers.get(field.answer, "") for field in facts.definition.result.fields}


def layout_data(facts: Facts) -> dict[str, Any]:
    """What the licence's Typst template is given."""
    return {
        "agency": agency_data(facts.agency),
        "number": facts.number,
        "issued_on": facts.issued_on.isoformat() if facts.issued_on else None,
        "valid_until": facts.valid_until.isoformat() if facts.valid_until else None,
        "blanks": usual_texts(blanks_needed(facts), partial(_number, facts)),
        "register_code": facts.register_code,
        "verify_at": facts.verify_at,
        "fields": printed_fields(facts),
        "enclosures": [{"name": one.name["vi"], "pages": one.pages, "sha256": one.sha256} for one in facts.enclosures],
        "recipients": [recipient.vi for recipient in facts.definition.result.recipients],
        "signatory": signatory_data(facts.authority),
        "trial": TRIAL if facts.trial else None,
    }


def licence_json(facts: Facts) -> bytes:
    """The machine-readable twin inside the PDF: what names the licence is its register code.

    What goes out with it is named by digest: so the signature covers those files, and the signer process reads it here.
    With `numbering: after_signature` its days are null: the register has them, and the text fields of the PDF.
    """
    validity = facts.definition.result.validity
    content: dict[str, Any] = {
        "schema": LICENCE_SCHEMA,
        "register_code": facts.register_code,
        "verify_at": facts.verify_at,
        "procedure": facts.definition.code,
        "licence_type": facts.definition.result.licence_type,
        "title": {"vi": facts.definition.result.title.vi, "en": facts.definition.result.title.en},
        "issuing_agency": {"code": facts.agency.code, "vi": facts.agency.name_vi, "en": facts.agency.name_en},
        "numbering": BEFORE_SIGNATURE if facts.number is not None else AFTER_SIGNATURE,
        "issued_on": facts.issued_on.isoformat() if facts.issued_on else None,
        "valid_until": facts.valid_until.isoformat() if facts.valid_until else None,
        "validity": {"value": int(validity.value), "unit": validity.unit.value} if validity else None,
        "fields": printed_fields(facts),
        "legal_value": not facts.trial,
    }
    if facts.enclosures:
        content["enclosures"] = [one.as_json() for one in facts.enclosures]
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1).encode()
