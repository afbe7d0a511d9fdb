"""Reads of licences in the making and of documents that wait for a signature or a seal."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from config.errors import Refused
from config.storage import Storage
from config.unit_of_work import Work
from licensing.accounts import roles
from licensing.applications.models import Application
from licensing.applications.queries import application_in_charge, own_application
from licensing.licences.errors import DocumentNotFound, LicenceNotFound
from licensing.licences.models import Licence
from signing.requests.models import Role, SigningRequest, State
from signing.requests.queries import PAGE, WaitingFor, get_request, get_requests, requests_waiting, signature_of

WHO = {State.FILED: roles.DECIDE, State.SIGNED: roles.SEAL}


def documents_waiting(
    work: Work, state: State, *, after: UUID | None = None, skip: int = 0, limit: int = PAGE
) -> Sequence[SigningRequest]:
    """A page of the documents that wait for the caller: for this very person's signature, or an agency's seal."""
    return requests_waiting(work, waiting_for(work, state), after=after, skip=skip, limit=limit)


def waiting_for(work: Work, state: State) -> WaitingFor:
    """Which documents wait for the caller."""
    signatory = str(work.actor.account_id) if state == State.FILED else None
    return WaitingFor(work.actor.agencies(WHO[state]), state, signatory)


def document_in_reach(work: Work, request_id: UUID) -> SigningRequest:
    """A document that the caller may look at: whoever signs or seals at its agency."""
    request = get_request(work, request_id)
    if any(work.actor.may(permission, request.agency) for permission in (roles.DECIDE, roles.SEAL)):
        return request
    raise DocumentNotFound("There is no such document.")


def documents_in_reach(work: Work, request_ids: Sequence[UUID]) -> list[SigningRequest]:
    """Many such documents, in their order."""
    requests = get_requests(work, request_ids)
    for agency in {request.agency for request in requests}:
        if not any(work.actor.may(permission, agency) for permission in (roles.DECIDE, roles.SEAL)):
            raise DocumentNotFound("There is no such document.")
    return requests


def document_digest(request: SigningRequest) -> str:
    """The SHA-256 of the newest finished revision: as prepared, as signed, or as sealed."""
    for role in (Role.SEAL, Role.OFFICIAL):
        signature = signature_of(request, role)
        if signature is not None and signature.result_sha256 is not None:
            return signature.result_sha256
    return request.document_sha256


def document_bytes(work: Work, request: SigningRequest) -> bytes:
    """The newest finished revision."""
    return work.tools[Storage].get(document_digest(request))


def licence_for_reader(work: Work, application_id: UUID) -> Licence:
    """The licence of an application, for its applicant or for the officials in charge."""
    application = _readable(work, application_id)
    query = sa.select(Licence).where(Licence.application_id == application.id, Licence.void_reason.is_(None))
    if licence := work.session.scalar(query):
        return licence
    raise LicenceNotFound("There is no licence for this application yet.")


def _readable(work: Work, application_id: UUID) -> Application:
    try:
        return own_application(work, application_id)
    except Refused:
        return application_in_charge(work, application_id)
