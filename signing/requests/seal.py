"""The agency's seal, put on a request that its official signed (issuance step 4)."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from config.access import SYSTEM
from config.sentences import later
from config.storage import Storage
from config.unit_of_work import UnitOfWork, Work
from signing.requests.complete import complete_made, complete_signature
from signing.requests.enclosures import order_enclosures
from signing.requests.errors import FilledOtherwise, NotYetSigned
from signing.requests.events import SealOrdered
from signing.requests.file import refuse_void
from signing.requests.models import Role, Signature, SigningRequest, State
from signing.requests.queries import get_request, signature_of
from signing.requests.revision import make_revision, store_revision
from signing.requests.sign import keep_value
from signing.signer.client import SignerClient


def order_seal(
    work: Work, request_id: UUID, filled: Mapping[str, str] | None = None, mark: str | None = None
) -> SigningRequest:
    """The clerk's act: ask for the seal. Only after the official's finished signature (NĐ 30/2020, art. 32-33).

    `filled` are the texts for the document's blanks. The first ones stay: other ones are refused (FilledOtherwise).
    What goes out with the document is sealed by the same order; `mark` is the number and symbol that its seal shows.
    """
    request = get_request(work, request_id, lock=True)
    refuse_void(request)
    if request.state == State.FILED:
        raise NotYetSigned(later("The document has no finished signature of the official yet."))
    if filled:
        if request.filled is not None and request.filled != dict(filled):
            raise FilledOtherwise(later("The number and date of this document are fixed already."))
        request.filled = dict(filled)
    if request.state == State.SIGNED:
        work.record(SealOrdered(request.id))
    order_enclosures(work, request.id, mark)
    return request


def seal_request(unit: UnitOfWork, request_id: UUID) -> None:
    """Have the seal put on. What the key is asked was stored first, and a repeat asks for exactly that again."""
    signature = revision_to_seal(unit, request_id)
    if signature.value is not None:
        complete_signature(unit, request_id, Role.SEAL)
        return
    revision = unit.tools[Storage].get(signature.revision_sha256)
    value = unit.tools[SignerClient].seal(request_id, signature.key, signature.attributes, revision)
    with unit.begin(SYSTEM) as work:
        made = keep_value(work, request_id, Role.SEAL, signature.attributes, value, again=True)
    complete_made(unit, *made)


def revision_to_seal(unit: UnitOfWork, request_id: UUID) -> Signature:
    """The seal's signature with its revision on record: made once; a repeat finds the same bytes."""
    with unit.begin(SYSTEM) as work:
        request = get_request(work, request_id)
        refuse_void(request)
        official = signature_of(request, Role.OFFICIAL)
        if official is None or official.result_sha256 is None:
            raise NotYetSigned(later("The document has no finished signature of the official yet."))
        if found := signature_of(request, Role.SEAL):
            return found
    key = unit.tools[SignerClient].certificate(request.seal_key)
    prepared = make_revision(unit, request, Role.SEAL, official.result_sha256, key)
    return store_revision(unit, request_id, Role.SEAL, key, request.seal_key, prepared, again=False)
