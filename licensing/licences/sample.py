"""What a licence of a procedure looks like, before anybody applies: its own layout with the names of its fields."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from config.settings import Settings
from config.unit_of_work import UnitOfWork
from licensing.accounts.authority import SigningAuthority
from licensing.accounts.models import Agency
from licensing.catalogue.package import ProcedurePackage
from licensing.licences.compose import typeset_from
from licensing.licences.layout import Facts, expiry, layout_data
from licensing.papers.qr import qr_svg

NOBODY = UUID(int=0)
SAMPLE = {"vi": "BẢN MẪU – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ", "en": "Sample – no legal value"}
SIGNATORY = {"title": "NGƯỜI CÓ THẨM QUYỀN", "name": "Họ và tên"}


def sample_licence(unit: UnitOfWork, package: ProcedurePackage, agency: Agency, day: date) -> bytes:
    """A PDF that says on its face that it is a sample; it is neither signed nor prepared for a signature.

    Its QR leads to the installation, not to a licence, and its data file says what it is.
    """
    facts = sample_facts(package, agency, day, unit.tools[Settings].public_url)
    data = layout_data(facts) | {"trial": SAMPLE}
    files = {"licence.json": b'{"sample": true}', "qr.svg": qr_svg(facts.verify_at)}
    return typeset_from(unit, facts, data, files)


def sample_facts(package: ProcedurePackage, agency: Agency, day: date, address: str) -> Facts:
    """The facts of a licence whose every field says what will stand there."""
    result = package.definition.result
    properties = package.form["properties"]
    answers = {field.answer: _told(properties.get(field.answer, {}), field.label.vi) for field in result.fields}
    number = result.symbol.replace("{seq}", "…").replace("{year}", f"{day.year}").replace("{agency}", agency.symbol)
    authority = SigningAuthority(
        account_id=NOBODY,
        official_name=SIGNATORY["name"],
        signing_key="",
        appointment_id=NOBODY,
        agency_code=agency.code,
        agency_name=agency.name_vi,
        seal_key="",
        capacity="",
        on_behalf_title="",
        title=SIGNATORY["title"],
    )
    until = expiry(day, result.validity)
    return Facts(package, agency, authority, answers, day, number, "………", day, until, address, trial=True)


def _told(schema: Mapping[str, Any], label: str) -> Any:
    """A value that the layout can take, and that says what belongs there."""
    if "enum" in schema:
        return schema["enum"][-1]
    kind = schema.get("type")
    if kind == "array":
        return [f"({label})"]
    if kind in ("integer", "number"):
        return schema.get("minimum", 1)
    return f"({label})" if kind == "string" else True
