"""Reads of requests and their signatures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from config.sentences import later, say
from config.unit_of_work import Work
from signing.requests.errors import RequestNotFound
from signing.requests.models import Role, Signature, SigningRequest, State

PAGE = 50


def get_request(work: Work, request_id: UUID, *, lock: bool = False) -> SigningRequest:
    """The request with its signatures; raises `RequestNotFound`."""
    query = select(SigningRequest).where(SigningRequest.id == request_id).execution_options(populate_existing=True)
    if lock:  # the signatures are read behind the lock: a join would show those from before somebody else let it go
        query = query.options(selectinload(SigningRequest.signatures)).with_for_update()
    else:
        query = query.options(joinedload(SigningRequest.signatures))
    if found := work.session.scalars(query).unique().one_or_none():
        return found
    raise RequestNotFound(later("There is no such signing request."))


def get_requests(work: Work, request_ids: Sequence[UUID]) -> list[SigningRequest]:
    """These requests with their signatures, in this order; raises `RequestNotFound` where one is missing."""
    query = select(SigningRequest).where(SigningRequest.id.in_(request_ids))
    query = query.options(selectinload(SigningRequest.signatures)).execution_options(populate_existing=True)
    found = {request.id: request for request in work.session.scalars(query)}
    if missing := set(request_ids) - found.keys():
        raise RequestNotFound(say("There is no signing request {id}.", id=missing.pop()))
    return [found[request_id] for request_id in request_ids]


def request_for(work: Work, purpose: str, subject: str) -> SigningRequest | None:
    """The living request for a subject (at most one), with its signatures."""
    query = (
        select(SigningRequest)
        .where(SigningRequest.purpose == purpose, SigningRequest.subject == subject, SigningRequest.state != State.VOID)
        .options(selectinload(SigningRequest.signatures))
    )
    return work.session.scalar(query)


@dataclass(frozen=True)
class WaitingFor:
    """Which requests somebody waits for: those of agencies in a state, or only those that one person must sign."""

    agencies: Sequence[str]
    state: State
    signatory: str | None = None

    def condition(self) -> ColumnElement[bool]:
        """For the database, so that nothing is read and then left out."""
        found = and_(SigningRequest.agency.in_(self.agencies), SigningRequest.state == self.state)
        return found if self.signatory is None else and_(found, SigningRequest.signatory == self.signatory)


def requests_waiting(
    work: Work, wanted: WaitingFor, *, after: UUID | None = None, skip: int = 0, limit: int = PAGE
) -> Sequence[SigningRequest]:
    """A page of these requests, the oldest first: from behind the one named `after`, or without the first `skip`."""
    place = tuple_(SigningRequest.filed_at, SigningRequest.id)
    query = select(SigningRequest).where(wanted.condition()).options(selectinload(SigningRequest.signatures))
    if after is not None:
        mark = select(SigningRequest.filed_at, SigningRequest.id).where(SigningRequest.id == after)
        query = query.where(place > mark.scalar_subquery())
    query = query.order_by(SigningRequest.filed_at, SigningRequest.id).offset(skip).limit(limit)
    return work.session.scalars(query).all()


def count_waiting(work: Work, wanted: WaitingFor) -> int:
    """How many requests wait, on all pages together."""
    return work.session.scalar(select(func.count()).select_from(SigningRequest).where(wanted.condition())) or 0


def sealed_as(work: Work, sha256: str) -> SigningRequest | None:
    """The request whose sealed document has this SHA-256 (hex); None for one that was set aside."""
    query = select(SigningRequest).join(Signature, Signature.request_id == SigningRequest.id)
    wanted = (Signature.result_sha256 == sha256, Signature.role == Role.SEAL, SigningRequest.state == State.SEALED)
    return work.session.scalars(query.where(*wanted)).first()


def signature_of(request: SigningRequest, role: Role) -> Signature | None:
    """The request's signature in one role, if it was begun."""
    return next((item for item in request.signatures if item.role == role), None)


def has_signed(request: SigningRequest) -> bool:
    """Whether the official's key has signed, even if the timestamp still waits: the date in the document stands."""
    official = signature_of(request, Role.OFFICIAL)
    return request.state in (State.SIGNED, State.SEALED) or (official is not None and official.value is not None)
