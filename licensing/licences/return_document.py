"""The signatory returns a document unsigned: the decision is set aside, and the application is worked on again."""

from __future__ import annotations

from uuid import UUID

from config.sentences import later
from config.unit_of_work import Work
from licensing.accounts.roles import DECIDE
from licensing.decisions.set_aside import set_aside
from licensing.licences.errors import DocumentNotFound
from licensing.licences.sign import request_in_reach
from signing.requests.errors import AlreadySigned
from signing.requests.models import SigningRequest, State
from signing.requests.queries import get_request
from signing.requests.void import void_unsigned


def return_document(work: Work, request_id: UUID, reason: str) -> SigningRequest:
    """Withdraw the preparation and open the step that recommends, with the reason. A second call changes nothing.

    Raises DocumentNotFound for whoever is not its signatory, AlreadySigned once the key has signed.
    """
    if request_in_reach(work, request_id, DECIDE).signatory != str(work.actor.account_id):
        raise DocumentNotFound(later("There is no such document."))
    request = get_request(work, request_id, lock=True)
    if request.state == State.VOID:
        return request
    if not void_unsigned(work, request_id, reason):
        raise AlreadySigned(later("This document is signed already; it cannot be returned."))
    set_aside(work, UUID(request.subject), reason)
    return request
