"""Official papers over HTTP: what was handed out for an application, and the PDF itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint

from config.access import begin_work, requires
from licensing.accounts.api import SIGNED_IN
from licensing.accounts.roles import APPLY, READ_APPLICATIONS
from licensing.documents.rules import download_headers
from licensing.papers.errors import SlipNotFound
from licensing.papers.models import OfficialPaper
from licensing.papers.queries import NO_SLIP, paper_file, papers_of, slip_file, slip_of
from licensing.papers.schemas import PaperSchema, SlipSchema

papers = Blueprint("papers", __name__, url_prefix="/v1", description="Signed official papers")


@papers.get("/applications/<uuid:application_id>/papers")
@papers.response(200, PaperSchema(many=True))
@papers.doc(**SIGNED_IN)
@requires(APPLY, READ_APPLICATIONS)
def list_papers(application_id: UUID) -> Sequence[OfficialPaper]:
    """The papers that were handed out for an application."""
    with begin_work() as work:
        return papers_of(work, application_id)


@papers.get("/papers/<uuid:paper_id>/file")
@papers.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
@papers.doc(**SIGNED_IN)
@requires(APPLY, READ_APPLICATIONS)
def download(paper_id: UUID) -> Response:
    """The signed, sealed and preserved PDF."""
    with begin_work() as work:
        paper, content = paper_file(work, paper_id)
    name = f"{paper.kind}-{paper.number.replace('/', '-')}.pdf"
    return Response(content, headers=download_headers(name, "application/pdf"))


@papers.get("/applications/<uuid:application_id>/slip")
@papers.response(200, SlipSchema)
@papers.alt_response(404, description="The application was not accepted, or it is somebody else's")
@papers.doc(**SIGNED_IN)
@requires(APPLY, READ_APPLICATIONS)
def read_slip(application_id: UUID) -> dict[str, Any]:
    """The receipt and appointment slip of an accepted application: its number, and whether it is signed."""
    with begin_work() as work:
        slip = slip_of(work, application_id)
        if slip is None:
            raise SlipNotFound(NO_SLIP)
        return {
            "number": slip.number,
            "state": slip.filed.state.value,
            "filed_at": slip.filed.filed_at,
            "signed_at": slip.filed.signed_at,
            "file_sha256": slip.filed.sha256,
        }


@papers.get("/applications/<uuid:application_id>/slip/file")
@papers.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
@papers.alt_response(404, description="The application was not accepted, or it is somebody else's")
@papers.alt_response(409, description="It is being signed; ask again in a moment")
@papers.doc(**SIGNED_IN)
@requires(APPLY, READ_APPLICATIONS)
def download_slip(application_id: UUID) -> Response:
    """The signed slip as PDF."""
    with begin_work() as work:
        name, content = slip_file(work, application_id)
    return Response(content, headers=download_headers(name, "application/pdf"))
