"""The clerk asks for the agency's seal on a document that its official signed (issuance step 4)."""

from __future__ import annotations

from uuid import UUID

from config.unit_of_work import Work
from licensing.accounts import roles
from licensing.licences.number import number_on_record, number_signed
from licensing.licences.sign import request_in_reach
from licensing.papers.numbering import number_signed_paper
from signing.requests.models import SigningRequest
from signing.requests.seal import order_seal


def seal_document(work: Work, request_id: UUID) -> SigningRequest:
    """Order the seal; it is put on by a job, and what follows from it as well.

    What is numbered after the signature gets its number and date here, in the same transaction. What goes out with a
    licence is sealed by the same order.
    """
    request = request_in_reach(work, request_id, roles.SEAL)
    texts = number_signed(work, request) or number_signed_paper(work, request)
    return order_seal(work, request_id, texts, number_on_record(work, request))
