"""The official signs a prepared document (issuance step 3): licences and refusals alike.

Authority, appointment and the gate are asked at this instant, then the signer process checks key and certificate.
"""

from __future__ import annotations

from uuid import UUID

from config.access import Actor
from config.unit_of_work import UnitOfWork, Work
from licensing.accounts import roles
from licensing.accounts.authority import signing_authority
from licensing.licences.errors import DocumentNotFound
from licensing.licences.view import check_digest, check_viewed
from signing.requests.errors import SignatoryWrong
from signing.requests.models import SigningRequest
from signing.requests.queries import get_request, has_signed
from signing.requests.sign import sign_request


def sign_document(unit: UnitOfWork, actor: Actor, request_id: UUID, pin: str) -> None:
    """Sign with the caller's own key, opened by the PIN for this one act."""
    with unit.begin(actor) as work:
        check_signatory(work, request_id)
    sign_request(unit, request_id, str(actor.account_id), pin)


def sign_fetched(unit: UnitOfWork, actor: Actor, request_id: UUID, pin: str, digest: str) -> None:
    """Sign the document that the caller fetched before and names by its SHA-256 (`digest`).

    Raises DocumentDigestWrong and DocumentNotViewed. What is signed already, or is prepared for somebody else, is
    refused as ever.
    """
    with unit.begin(actor) as work:
        request = request_in_reach(work, request_id, roles.DECIDE)
        if request.signatory == str(actor.account_id) and not has_signed(request):
            check_digest(work, request_id, digest)
            check_viewed(work, request_id)
    sign_document(unit, actor, request_id, pin)


def check_signatory(work: Work, request_id: UUID) -> SigningRequest:
    """The request, if the caller may sign for its agency today, with the key that it was prepared for."""
    request = request_in_reach(work, request_id, roles.DECIDE)
    authority = signing_authority(work, work.actor.account_id, request.agency)
    if authority.signing_key != request.official_key:
        raise SignatoryWrong("This document is prepared for another key; it must be prepared anew.")
    return request


def request_in_reach(work: Work, request_id: UUID, permission: str) -> SigningRequest:
    """The request, if the caller has the permission at its agency; otherwise there is no such document."""
    request = get_request(work, request_id)
    if not work.actor.may(permission, request.agency):
        raise DocumentNotFound("There is no such document.")
    return request
