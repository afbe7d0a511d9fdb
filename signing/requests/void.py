"""Withdraw a preparation: it will never be sealed, and its subject may be prepared anew."""

from __future__ import annotations

from uuid import UUID

from config.unit_of_work import Work
from signing.requests.events import RequestVoided
from signing.requests.models import SigningRequest, State
from signing.requests.queries import get_request, has_signed


def void_request(work: Work, request_id: UUID, reason: str) -> SigningRequest:
    """Mark void with its reason; once void it stays as it is. What was signed already is kept as evidence."""
    request = get_request(work, request_id, lock=True)
    if request.state != State.VOID:
        request.state, request.void_reason = State.VOID, reason
        work.record(RequestVoided(request.id, request.purpose, request.subject))
    return request


def void_unsigned(work: Work, request_id: UUID, reason: str) -> bool:
    """Withdraw a preparation that its official has not signed; False when the key was faster: then it stays."""
    if has_signed(get_request(work, request_id, lock=True)):
        return False
    void_request(work, request_id, reason)
    return True
