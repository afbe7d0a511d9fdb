"""Documents to sign and to seal, and the licence of an application."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint

from config.access import begin_work, current_actor, current_unit, requires
from licensing.accounts.roles import DECIDE, OWN_ACCOUNT, SEAL
from licensing.applications.api import page_of
from licensing.licences.models import Licence
from licensing.licences.queries import (
    document_in_reach,
    documents_waiting,
    licence_for_reader,
)
from licensing.licences.schemas import (
    LicenceSchema,
    SignatureSchema,
    SigningRequestSchema,
    SigningRequestsSchema,
    WaitingQuerySchema,
)
from licensing.licences.seal import seal_document
from licensing.licences.sign import sign_fetched
from licensing.licences.view import fetch_document
from signing.requests.models import SigningRequest, State

documents = Blueprint("documents", __name__, url_prefix="/v1", description="Documents to sign and to seal")
PROBLEMS = {
    403: "The caller may not do this, or the PIN is wrong",
    404: "There is no such document",
    409: "The document is not in a state for this",
    422: "The key or certificate cannot be used",
    503: "Another process does not answer",
}


def says_no(*statuses: int) -> Any:
    """Document which problems a view answers with."""

    def decorate(view: Any) -> Any:
        for status in statuses:
            view = documents.alt_response(status, description=PROBLEMS[status])(view)
        return view

    return decorate


@documents.get("/signing-requests")
@documents.arguments(WaitingQuerySchema, location="query")
@documents.response(200, SigningRequestsSchema)
@says_no(403)
@requires(OWN_ACCOUNT)
def waiting(query: dict[str, Any]) -> dict[str, Any]:
    """Documents that wait for the caller's signature or for the seal of the caller's agency."""
    state, limit = State(query["state"]), query["limit"]
    with begin_work() as work:
        return page_of(documents_waiting(work, state, after=query.get("after"), limit=limit), limit)


@documents.get("/signing-requests/<uuid:request_id>")
@documents.response(200, SigningRequestSchema)
@says_no(403, 404)
@requires(OWN_ACCOUNT)
def show(request_id: UUID) -> SigningRequest:
    """What is to be signed."""
    with begin_work() as work:
        return document_in_reach(work, request_id)


@documents.get("/signing-requests/<uuid:request_id>/document")
@documents.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
@says_no(403, 404)
@requires(OWN_ACCOUNT)
def document(request_id: UUID) -> Response:
    """The exact bytes. That its signatory was given them is written down: only such a document is signed."""
    with begin_work() as work:
        content = fetch_document(work, request_id)
    return Response(content, content_type="application/pdf", headers={"Cache-Control": "no-store"})


@documents.post("/signing-requests/<uuid:request_id>/signature")
@documents.arguments(SignatureSchema)
@documents.response(200, SigningRequestSchema)
@says_no(403, 404, 409, 422, 503)
@requires(DECIDE)
def sign(body: dict[str, str], request_id: UUID) -> SigningRequest:
    """Sign with the caller's own key, opened by the PIN: the document that the caller fetched, named by its digest."""
    sign_fetched(current_unit(), current_actor(), request_id, body["pin"], body["digest"])
    with begin_work() as work:
        return document_in_reach(work, request_id)


@documents.post("/signing-requests/<uuid:request_id>/seal")
@documents.response(202, SigningRequestSchema)
@says_no(403, 404, 409)
@requires(SEAL)
def seal(request_id: UUID) -> SigningRequest:
    """Ask for the agency's seal; it is put on in the background."""
    with begin_work() as work:
        return seal_document(work, request_id)


@documents.get("/applications/<uuid:application_id>/licence")
@documents.response(200, LicenceSchema)
@says_no(403, 404)
@requires(OWN_ACCOUNT)
def licence(application_id: UUID) -> Licence:
    """The licence of an application, for its applicant and the officials in charge."""
    with begin_work() as work:
        return licence_for_reader(work, application_id)
