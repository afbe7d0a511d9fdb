"""Documents to sign and to seal, and the licence of an application."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint

from config.access import begin_work, current_actor, current_unit, requires
from licensing.accounts.roles import DECIDE, MANAGE_AGENCY, OWN_ACCOUNT, SEAL
from licensing.applications.api import page_of
from licensing.decisions.schemas import ReasonSchema
from licensing.documents.rules import download_headers
from licensing.licences.enclosures import enclosure_content, enclosures_in_reach
from licensing.licences.models import Licence
from licensing.licences.queries import (
    document_in_reach,
    documents_waiting,
    licence_for_reader,
)
from licensing.licences.return_document import return_document
from licensing.licences.schemas import (
    BeginSessionSchema,
    BegunSessionSchema,
    EnclosureSchema,
    HandedInSchema,
    LicenceSchema,
    ReadyMadeSchema,
    SignatureSchema,
    SigningRequestSchema,
    SigningRequestsSchema,
    SigningSessionSchema,
    WaitingQuerySchema,
)
from licensing.licences.seal import seal_document
from licensing.licences.sign import sign_fetched
from licensing.licences.sign_elsewhere import begin_signing, finish_signing, own_octets, own_session, release_session
from licensing.licences.view import check_digest, check_viewed, fetch_document
from signing.requests.models import Enclosure, SigningRequest, State
from signing.sessions.finish import Answer
from signing.sessions.shown import ShownSession

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


@documents.get("/signing-requests/<uuid:request_id>/enclosures")
@documents.response(200, EnclosureSchema(many=True))
@says_no(403, 404)
@requires(OWN_ACCOUNT)
def enclosures(request_id: UUID) -> Sequence[Enclosure]:
    """What goes out with the document, in files of its own: the document names their digests."""
    with begin_work() as work:
        return enclosures_in_reach(work, request_id)


@documents.get("/signing-requests/<uuid:request_id>/enclosures/<int:position>")
@documents.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
@says_no(403, 404)
@requires(OWN_ACCOUNT)
def enclosure(request_id: UUID, position: int) -> Response:
    """One of these files: as it was supplied, and once it is sealed, sealed. Somebody else made it: it is saved."""
    with begin_work() as work:
        content = enclosure_content(work, request_id, position)
    return Response(content, headers=download_headers(f"{request_id}-{position}.pdf", "application/pdf"))


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


@documents.post("/signing-requests/<uuid:request_id>/return")
@documents.arguments(ReasonSchema)
@documents.response(200, SigningRequestSchema)
@says_no(403, 404, 409)
@requires(DECIDE)
def give_back(body: dict[str, str], request_id: UUID) -> SigningRequest:
    """Do not sign it: the decision is set aside with this reason, and the application is worked on again."""
    with begin_work() as work:
        return_document(work, request_id, body["reason"])
    with begin_work() as work:
        return document_in_reach(work, request_id)


@documents.post("/signing-requests/<uuid:request_id>/sessions")
@documents.arguments(BeginSessionSchema)
@documents.response(201, BegunSessionSchema)
@says_no(403, 404, 409, 422, 503)
@requires(DECIDE)
def begin(body: dict[str, str], request_id: UUID) -> ShownSession:
    """Begin to sign with a key that is elsewhere: in the caller's own hands, or on their telephone.

    The document was fetched before, and is named by its digest. Until the session ends nobody else signs it.
    """
    with begin_work() as work:
        check_digest(work, request_id, body["document_sha256"])
        check_viewed(work, request_id)
    session_id = begin_signing(current_unit(), current_actor(), request_id)
    with begin_work() as work:
        return own_session(work, session_id)


@documents.get("/signing-sessions/<uuid:session_id>")
@documents.response(200, SigningSessionSchema)
@says_no(403, 404)
@requires(DECIDE)
def session(session_id: UUID) -> ShownSession:
    """How far a session of the caller's is."""
    with begin_work() as work:
        return own_session(work, session_id)


@documents.post("/signing-sessions/<uuid:session_id>/signature")
@documents.arguments(HandedInSchema)
@documents.response(200, SigningSessionSchema)
@says_no(403, 404, 409, 422, 503)
@requires(DECIDE)
def hand_in(body: dict[str, str], session_id: UUID) -> ShownSession:
    """Hand in what the key signed; it is kept only if it verifies under the registered certificate."""
    certificate = octets(body["certificate"]) if "certificate" in body else None
    answer = Answer(octets(body["value"]), body["secret"], certificate)
    finish_signing(current_unit(), current_actor(), session_id, answer)
    with begin_work() as work:
        return own_session(work, session_id)


@documents.get("/signing-sessions/<uuid:session_id>/covered")
@documents.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
@says_no(403, 404)
@requires(DECIDE)
def covered(session_id: UUID) -> Response:
    """The octets that a ready-made CMS is to be made over: all of the prepared revision but the signature's place."""
    with begin_work() as work:
        return Response(own_octets(work, session_id), content_type="application/octet-stream")


@documents.post("/signing-sessions/<uuid:session_id>/cms")
@documents.arguments(ReadyMadeSchema)
@documents.response(200, SigningSessionSchema)
@says_no(403, 404, 409, 422, 503)
@requires(DECIDE)
def hand_in_cms(body: dict[str, str], session_id: UUID) -> ShownSession:
    """Hand in a whole CMS instead of a value; it is checked, taken apart and embedded, or refused with the reason."""
    answer = Answer(octets(body["cms"]), body["secret"], ready_made=True)
    finish_signing(current_unit(), current_actor(), session_id, answer)
    with begin_work() as work:
        return own_session(work, session_id)


@documents.delete("/signing-sessions/<uuid:session_id>")
@documents.response(204)
@says_no(403, 404, 409)
@requires(DECIDE, MANAGE_AGENCY)
def release(session_id: UUID) -> None:
    """Give the document free again; the signatory, whoever else may sign for the agency, or its administrator."""
    with begin_work() as work:
        release_session(work, session_id)


def octets(text: str) -> bytes:
    """What base64 says; what is none says nothing, which verifies under no key."""
    try:
        return b64decode(text, validate=True)
    except ValueError:
        return b""


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
