"""What the licence says: the data of its layout, its machine-readable twin and its QR. Pure functions over values."""

from __future__ import annotations

import calendar
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from licensing.accounts.authority import SigningAuthority
from licensing.accounts.models import Agency
from licensing.catalogue.package import AFTER_SIGNATURE, BEFORE_SIGNATURE, Definition, ProcedurePackage
from licensing.catalogue.terms import Period, Unit
from licensing.images.stamps import NO_IMAGES, StampImages
from registry.verification.claims import LICENCE_SCHEMA
from signing.pades.blanks import DATE, EXPIRY, NUMBER, Blank

TRIAL = {"vi": "Bản thử nghiệm – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ", "en": "Trial copy – no legal value"}

LONGEST_SEQ = 6  # digits: a register has room for 999,999 licences a year
LONGEST_DAY = "ngày 00 tháng 00 năm 0000"


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
    """What the clerk fills in after the signature, with the longest text that may come; nothing where all is known."""
    if facts.number is not None:
        return {}
    result = facts.definition.result
    longest = document_number(result.symbol, "0" * LONGEST_SEQ, facts.prepared_on.year, facts.agency.symbol)
    blanks = {NUMBER: Blank("Số, ký hiệu", longest), DATE: Blank("Ngày cấp", LONGEST_DAY)}
    return blanks if result.validity is None else blanks | {EXPIRY: Blank("Có hiệu lực đến hết", LONGEST_DAY)}


def usual_texts(facts: Facts) -> dict[str, dict[str, str]]:
    """For the layout: the longest text of each blank, and the usual one, by which it is set in its line."""
    year, result = facts.prepared_on.year, facts.definition.result
    usual = {NUMBER: document_number(result.symbol, "00", year, facts.agency.symbol)}
    return {
        name: {"longest": blank.longest, "usual": usual.get(name, blank.longest)}
        for name, blank in blanks_needed(facts).items()
    }


def printed_fields(facts: Facts) -> dict[str, Any]:
    """The licence's fields by name, from the answers of the application."""
    return {field.name: facts.answers.get(field.answer, "") for field in facts.definition.result.fields}


def layout_data(facts: Facts) -> dict[str, Any]:
    """What the licence's Typst template is given."""
    capacity = [f"{facts.authority.capacity} {facts.authority.on_behalf_title}".strip(), facts.authority.title]
    return {
        "agency": {
            "name": facts.agency.name_vi,
            "superior": facts.agency.superior_name or None,
            "place": facts.agency.place_name,
        },
        "number": facts.number,
        "issued_on": facts.issued_on.isoformat() if facts.issued_on else None,
        "valid_until": facts.valid_until.isoformat() if facts.valid_until else None,
        "blanks": usual_texts(facts),
        "register_code": facts.register_code,
        "verify_at": facts.verify_at,
        "fields": printed_fields(facts),
        "recipients": [recipient.vi for recipient in facts.definition.result.recipients],
        "signatory": {"capacity": [line for line in capacity if line], "name": facts.authority.official_name},
        "trial": TRIAL if facts.trial else None,
    }


def licence_json(facts: Facts) -> bytes:
    """The machine-readable twin inside the PDF: what names the licence is its register code.

    With `numbering: after_signature` its days are null: the register has them, and the text fields of the PDF.
    """
    validity = facts.definition.result.validity
    content = {
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
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1).encode()
