"""The official signs exactly the bytes on record, with their own key (issuance step 3). Licences and papers alike."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from config.access import SYSTEM
from config.sentences import later
from config.storage import Storage
from config.unit_of_work import UnitOfWork, Work
from signing.pades.levels import Level
from signing.requests.errors import AlreadySigned, PreparationExpired, SignatoryWrong
from signing.requests.events import SignatureMade
from signing.requests.file import refuse_void
from signing.requests.models import Role, Signature, SigningRequest
from signing.requests.queries import get_request, signature_of
from signing.requests.revision import make_revision, store_revision
from signing.signer.client import SignerClient

Ask = Callable[[str, bytes, bytes], bytes]  # name of the key, signed attributes, revision -> raw value
Made = tuple[Level, Signature]  # a signature whose value is on record, and the level that its file is to have


def sign_request(unit: UnitOfWork, request_id: UUID, signatory: str, pin: str) -> None:
    """Have the signatory's key sign; the PIN goes to the signer process and is kept nowhere.

    Who may sign is asked before, by the caller; that it is the person the document was prepared for is asked here.
    The timestamp follows in a job, so that no slow timestamp server holds the person up. Raises `SignatoryWrong`,
    `AlreadySigned`, `PreparationExpired`, `RequestVoid`, and what the signer says (wrong PIN, key unknown …).
    """
    signer = unit.tools[SignerClient]
    with unit.begin(SYSTEM) as work:
        request = may_be_signed(work, request_id, signatory)
    signature, value = _signed(unit, request, lambda key, *asked: signer.sign(request_id, key, pin, *asked))
    with unit.begin(SYSTEM) as work:
        keep_value(work, request_id, Role.OFFICIAL, signature.attributes, value)


def sign_authorised(
    unit: UnitOfWork, request: SigningRequest, authorisation: str, settle: Callable[[Work], None]
) -> Made:
    """As `sign_request`, on the authorisation that the signer process gave for this document among others.

    That the request may be signed was asked before (`may_be_signed`); `settle` runs in the transaction that keeps the
    value. No job follows: the caller's own finishes the signature (`complete_made`).
    """
    signer = unit.tools[SignerClient]

    def ask(key: str, attributes: bytes, revision: bytes) -> bytes:
        return signer.sign_authorised(request.id, key, authorisation, attributes, revision)

    signature, value = _signed(unit, request, ask)
    with unit.begin(SYSTEM) as work:
        made = keep_value(work, request.id, Role.OFFICIAL, signature.attributes, value, in_batch=True)
        settle(work)
    return made


def _signed(unit: UnitOfWork, request: SigningRequest, ask: Ask) -> tuple[Signature, bytes]:
    """The revision as it is on record, and the key's answer to it."""
    key = unit.tools[SignerClient].certificate(request.official_key)
    prepared = make_revision(unit, request, Role.OFFICIAL, request.document_sha256, key)
    signature = store_revision(unit, request.id, Role.OFFICIAL, key, request.official_key, prepared, again=True)
    return signature, ask(signature.key, signature.attributes, prepared.revision)


def may_be_signed(work: Work, request_id: UUID, signatory: str) -> SigningRequest:
    """The request, if it stands, is this person's to sign, has no signature and its day has not passed."""
    request = get_request(work, request_id)
    refuse_void(request)
    if request.signatory != signatory:
        raise SignatoryWrong(later("This document is prepared for another person's signature."))
    signature = signature_of(request, Role.OFFICIAL)
    if signature and signature.value is not None:
        raise AlreadySigned(later("This document is signed already."))
    if work.clock.today() > request.expires_on:
        raise PreparationExpired(later("The date in this document has passed; it is being prepared anew."))
    work.tools[Storage].get(request.document_sha256)  # damaged or missing: say so before the key is asked
    return request


def keep_value(
    work: Work,
    request_id: UUID,
    role: Role,
    attributes: bytes,
    value: bytes,
    ready_made: bytes | None = None,
    *,
    in_batch: bool = False,
    again: bool = False,
) -> Made:
    """Store the key's answer; the first one stored wins, and only an answer to the attributes on record counts.

    `ready_made` are the attributes that another program had the key sign instead; they take their place. With `again`
    a parallel repeat may have stored an answer to the same attributes: that one is given back.
    """
    request = get_request(work, request_id, lock=True)
    refuse_void(request)
    signature = signature_of(request, role)
    if signature is None or signature.attributes != attributes or (signature.value is not None and not again):
        raise AlreadySigned(later("This document is signed already."))
    if signature.value is None:
        signature.attributes = ready_made or attributes
        signature.value, signature.made_at = value, work.clock.now()
        if role is Role.OFFICIAL:  # the seal's job goes on by itself, and is run again when it was cut off
            work.record(SignatureMade(request_id, role.value, in_batch))
    return Level(request.level), signature
