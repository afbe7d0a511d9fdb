"""Withdraw a preparation: it will never be sealed, and its subject may be prepared anew."""

from __future__ import annotations

from uuid import UUID

from config.unit_of_work import Work
from signing.requests.events import RequestVoided
from signing.requests.models import SigningRequest, State
from signing.requests.queries import get_request


def void_request(work: Work, request_id: UUID, reason: str) -> SigningRequest:
    """Mark void with its reason; once void it stays as it is. What was signed already is kept as evidence."""
    request = get_request(work, request_id, lock=True)
    if request.state != State.VOID:
        request.state, request.void_reason = State.VOID, reason
        work.record(RequestVoided(request.id, request.purpose, request.subject))
    return request
