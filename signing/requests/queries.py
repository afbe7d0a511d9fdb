"""Reads of requests and their signatures."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from config.sentences import later
from config.unit_of_work import Work
from signing.requests.errors import RequestNotFound
from signing.requests.models import Role, Signature, SigningRequest, State


def get_request(work: Work, request_id: UUID, *, lock: bool = False) -> SigningRequest:
    """The request with its signatures; raises `RequestNotFound`."""
    query = (
        select(SigningRequest).where(SigningRequest.id == request_id).options(selectinload(SigningRequest.signatures))
    )
    query = query.execution_options(populate_existing=True)
    if found := work.session.scalar(query.with_for_update() if lock else query):
        return found
    raise RequestNotFound(later("There is no such signing request."))


def request_for(work: Work, purpose: str, subject: str) -> SigningRequest | None:
    """The living request for a subject (at most one), with its signatures."""
    query = (
        select(SigningRequest)
        .where(SigningRequest.purpose == purpose, SigningRequest.subject == subject, SigningRequest.state != State.VOID)
        .options(selectinload(SigningRequest.signatures))
    )
    return work.session.scalar(query)


def requests_waiting(work: Work, agencies: list[str], state: State, limit: int = 200) -> list[SigningRequest]:
    """Requests of these agencies in one state, oldest first."""
    query = (
        select(SigningRequest)
        .where(SigningRequest.agency.in_(agencies), SigningRequest.state == state)
        .options(selectinload(SigningRequest.signatures))
        .order_by(SigningRequest.filed_at, SigningRequest.id)
        .limit(limit)
    )
    return list(work.session.scalars(query))


def signature_of(request: SigningRequest, role: Role) -> Signature | None:
    """The request's signature in one role, if it was begun."""
    return next((item for item in request.signatures if item.role == role), None)


def has_signed(request: SigningRequest) -> bool:
    """Whether the official's key has signed, even if the timestamp still waits: the date in the document stands."""
    official = signature_of(request, Role.OFFICIAL)
    return request.state in (State.SIGNED, State.SEALED) or (official is not None and official.value is not None)
