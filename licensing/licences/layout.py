"""What the licence says: the data of its layout, its machine-readable twin and its QR. Pure functions over values."""

from __future__ import annotations

import calendar
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import segno

from licensing.accounts.authority import SigningAuthority
from licensing.accounts.models import Agency
from licensing.catalogue.package import Definition, ProcedurePackage
from licensing.catalogue.terms import Period, Unit
from licensing.images.stamps import NO_IMAGES, StampImages
from registry.verification.claims import LICENCE_SCHEMA

TRIAL = {"vi": "Bản thử nghiệm – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ", "en": "Trial copy – no legal value"}


@dataclass(frozen=True)
class Facts:
    """Everything that is written on one licence."""

    package: ProcedurePackage
    agency: Agency
    authority: SigningAuthority
    answers: Mapping[str, Any]
    number: str
    register_code: str
    issued_on: date
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


def document_number(symbol: str, seq: int, year: int, agency_symbol: str) -> str:
    """The number as printed, by the pattern of the procedure: `12/2026/ATTP-SNNMT`."""
    return symbol.replace("{seq}", str(seq)).replace("{year}", str(year)).replace("{agency}", agency_symbol)


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
        "issued_on": facts.issued_on.isoformat(),
        "valid_until": facts.valid_until.isoformat() if facts.valid_until else None,
        "register_code": facts.register_code,
        "verify_at": facts.verify_at,
        "fields": printed_fields(facts),
        "recipients": [recipient.vi for recipient in facts.definition.result.recipients],
        "signatory": {"capacity": [line for line in capacity if line], "name": facts.authority.official_name},
        "trial": TRIAL if facts.trial else None,
    }


def licence_json(facts: Facts) -> bytes:
    """The machine-readable twin inside the PDF: what names the licence is its register code."""
    content = {
        "schema": LICENCE_SCHEMA,
        "register_code": facts.register_code,
        "verify_at": facts.verify_at,
        "procedure": facts.definition.code,
        "licence_type": facts.definition.result.licence_type,
        "title": {"vi": facts.definition.result.title.vi, "en": facts.definition.result.title.en},
        "issuing_agency": {"code": facts.agency.code, "vi": facts.agency.name_vi, "en": facts.agency.name_en},
        "issued_on": facts.issued_on.isoformat(),
        "valid_until": facts.valid_until.isoformat() if facts.valid_until else None,
        "fields": printed_fields(facts),
        "legal_value": not facts.trial,
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1).encode()


def qr_svg(address: str) -> bytes:
    """The QR of an address as SVG: error correction M, four modules of quiet zone."""
    out = io.BytesIO()
    segno.make_qr(address, error="m").save(out, kind="svg", border=4, xmldecl=False, svgns=True)
    return out.getvalue()
