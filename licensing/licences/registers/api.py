"""Number registers over HTTP: which there are, an agency's year page by page, one number, the files for the archive."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint

from config.access import begin_work, current_actor, current_unit, requires
from licensing.accounts.api import SIGNED_IN
from licensing.accounts.roles import READ_REGISTERS
from licensing.applications.rules import unstorable
from licensing.licences.registers.errors import NumberNotFound
from licensing.licences.registers.export import export_csv, export_pdf
from licensing.licences.registers.pages import file_headers
from licensing.licences.registers.queries import (
    NO_NUMBER,
    Register,
    Wanted,
    agencies_in_reach,
    one_number,
    register_of,
    years,
)
from licensing.licences.registers.rows import Line
from licensing.licences.registers.schemas import (
    AgencyYearsSchema,
    ExportQuerySchema,
    NumberSchema,
    RegisterQuerySchema,
    RegisterSchema,
    SeriesQuerySchema,
    SignedExportSchema,
)
from licensing.licences.registers.signed import order_signed, ordered, signed_file
from signing.receipts.queries import Filed

registers = Blueprint("registers", __name__, url_prefix="/v1", description="The numbers that an agency gave")
NONE = {"description": "There is no such register or number, or it is another agency's"}
KINDS = {"csv": (export_csv, "text/csv; charset=utf-8"), "pdf": (export_pdf, "application/pdf")}
FILE = {"schema": {"type": "string", "format": "binary"}}


@registers.get("/registers")
@registers.response(200, AgencyYearsSchema(many=True))
@registers.doc(**SIGNED_IN)
@requires(READ_REGISTERS)
def list_registers() -> list[dict[str, Any]]:
    """The agencies whose registers the caller may read, with their years."""
    with begin_work() as work:
        return [
            {
                "agency": agency.code,
                "name": {"vi": agency.name_vi, "en": agency.name_en},
                "years": years(work, agency),
            }
            for agency in agencies_in_reach(work)
        ]


@registers.get("/registers/<agency>/<int:year>")
@registers.arguments(RegisterQuerySchema, location="query")
@registers.response(200, RegisterSchema)
@registers.alt_response(404, **NONE)
@registers.doc(**SIGNED_IN)
@requires(READ_REGISTERS)
def read_register(query: dict[str, Any], agency: str, year: int) -> Register:
    """A page of an agency's year: its numbers in their order, void ones too."""
    with begin_work() as work:
        return register_of(work, agency, year, Wanted(query["type"], query["q"], query["page"]))


@registers.get("/registers/<agency>/<int:year>/<series>/<int:seq>")
@registers.response(200, NumberSchema)
@registers.alt_response(404, **NONE)
@registers.doc(**SIGNED_IN)
@requires(READ_REGISTERS)
def read_number(agency: str, year: int, series: str, seq: int) -> Line:
    """One number of a type."""
    if unstorable([agency, series]):
        raise NumberNotFound(NO_NUMBER)
    with begin_work() as work:
        return one_number(work, agency, year, series, seq)[1]


@registers.get("/registers/<agency>/<int:year>/file")
@registers.arguments(ExportQuerySchema, location="query")
@registers.response(200, {"type": "string", "format": "binary"}, content_type="text/csv")
@registers.alt_response(404, **NONE)
@registers.alt_response(422, description="The year has more numbers than a PDF takes, or the query is not as described")
@registers.alt_response(503, description="The typesetter does not answer")
@registers.doc(**SIGNED_IN, responses={"200": {"content": {"application/pdf": FILE}}})
@requires(READ_REGISTERS)
def export_register(query: dict[str, str], agency: str, year: int) -> Response:
    """The whole year as the agency hands it to the archive, in Vietnamese."""
    export, media_type = KINDS[query["format"]]
    name, content = export(current_unit(), current_actor(), agency, year, query["type"])
    return Response(content, headers=file_headers(name, media_type))


@registers.post("/registers/<agency>/<int:year>/signed-files")
@registers.arguments(SeriesQuerySchema, location="query")
@registers.response(202, SignedExportSchema)
@registers.alt_response(404, **NONE)
@registers.alt_response(422, description="The year has more numbers than a PDF takes")
@registers.alt_response(503, description="The typesetter does not answer")
@registers.doc(**SIGNED_IN)
@requires(READ_REGISTERS)
def order_signed_export(query: dict[str, str], agency: str, year: int) -> Filed:
    """Have the year made as PDF/A as it stands now, and signed by the service."""
    made = order_signed(current_unit(), current_actor(), agency, year, query["type"])
    with begin_work() as work:
        return ordered(work, agency, year, made)


@registers.get("/registers/<agency>/<int:year>/signed-files/<uuid:receipt_id>")
@registers.response(200, SignedExportSchema)
@registers.alt_response(404, **NONE)
@registers.doc(**SIGNED_IN)
@requires(READ_REGISTERS)
def read_signed_export(agency: str, year: int, receipt_id: UUID) -> Filed:
    """Whether such a file is signed."""
    with begin_work() as work:
        return ordered(work, agency, year, receipt_id)


@registers.get("/registers/<agency>/<int:year>/signed-files/<uuid:receipt_id>/file")
@registers.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
@registers.alt_response(404, **NONE)
@registers.alt_response(409, description="It is being signed; ask again in a moment")
@registers.doc(**SIGNED_IN)
@requires(READ_REGISTERS)
def download_signed_export(agency: str, year: int, receipt_id: UUID) -> Response:
    """The signed PDF."""
    with begin_work() as work:
        name, content = signed_file(work, agency, year, receipt_id)
    return Response(content, headers=file_headers(name, "application/pdf"))
