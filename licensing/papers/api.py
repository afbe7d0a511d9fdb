"""Official papers over HTTP: what was handed out for an application, and the PDF itself."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint

from config.access import begin_work, requires
from licensing.accounts.api import SIGNED_IN
from licensing.accounts.roles import APPLY, READ_APPLICATIONS
from licensing.documents.rules import download_headers
from licensing.papers.models import OfficialPaper
from licensing.papers.queries import paper_file, papers_of
from licensing.papers.schemas import PaperSchema

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
    return Response(content, headers=download_headers(paper.file_name, "application/pdf"))
