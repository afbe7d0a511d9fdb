"""Begin a signing session: what will be signed goes on record, and nobody else signs the document meanwhile."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from uuid import UUID

from config import tokens
from config.access import SYSTEM
from config.sentences import later
from config.settings import Settings
from config.storage import Storage
from config.unit_of_work import UnitOfWork, Work
from signing.requests.models import Role, Signature
from signing.requests.queries import get_request, signature_of
from signing.requests.revision import make_revision, store_revision
from signing.requests.sign import may_be_signed
from signing.sessions.end import end_session
from signing.sessions.errors import DocumentLocked, KeyOpenedByPin
from signing.sessions.events import SigningSessionBegun
from signing.sessions.models import Kind, SessionState, SigningSession
from signing.sessions.queries import refuse_locked
from signing.signer.client import SignerClient, Way

NONCE = 16  # bytes


def kind_needed(unit: UnitOfWork, key: str) -> Kind | None:
    """The kind of session this key signs in; None when a PIN opens it (KeyUnknown, KeyUnusable, SignerUnavailable)."""
    way = unit.tools[SignerClient].certificate(key).way
    return None if way is Way.PIN else Kind(way)


def begin_session(unit: UnitOfWork, request_id: UUID, signatory: str) -> UUID:
    """Store the revision and its attributes as for a PIN, ask all that is asked before a key signs, open a session.

    Who may sign is asked before, by the caller. Raises what `sign_request` raises, `DocumentLocked`, `KeyOpenedByPin`.
    """
    with unit.begin(SYSTEM) as work:
        request = may_be_signed(work, request_id, signatory)
        refuse_locked(work, request_id)
    signer = unit.tools[SignerClient]
    key = signer.certificate(request.official_key)
    if key.way is Way.PIN:
        raise KeyOpenedByPin(later("Your key is opened by a PIN; sign with that."))
    prepared = make_revision(unit, request, Role.OFFICIAL, request.document_sha256, key)
    signature = store_revision(unit, request_id, Role.OFFICIAL, key, request.official_key, prepared, again=True)
    revision = unit.tools[Storage].get(signature.revision_sha256)
    signer.may_sign(request_id, signature.key, signature.attributes, revision)
    with unit.begin(SYSTEM) as work:
        return _open(work, signature, signatory, Kind(key.way))


def _open(work: Work, asked: Signature, signatory: str, kind: Kind) -> UUID:
    """The row that locks the document, unless somebody was faster."""
    request = get_request(work, asked.request_id, lock=True)
    refuse_locked(work, request.id)
    signature = signature_of(request, Role.OFFICIAL)
    if signature is None or signature.value is not None or signature.attributes != asked.attributes:
        raise DocumentLocked(later("Somebody else began to sign this document; look at how far that is."))
    _close_expired(work, request.id)
    now = work.clock.now()
    session = SigningSession(
        id=tokens.new_id(),
        request_id=request.id,
        account=signatory,
        kind=kind,
        certificate_sha256=hashlib.sha256(signature.certificate).hexdigest(),
        attributes_sha256=hashlib.sha256(signature.attributes).hexdigest(),
        nonce=tokens.random_bytes(NONCE),
        ticket=None,
        tries=0,
        created_at=now,
        expires_at=now + timedelta(seconds=work.tools[Settings].signing_session),
        state=SessionState.OPEN,
    )
    work.session.add(session)
    work.record(SigningSessionBegun(session.id, request.id, kind.value))
    return session.id


def _close_expired(work: Work, request_id: UUID) -> None:
    query = work.session.query(SigningSession).filter_by(request_id=request_id, state=SessionState.OPEN)
    for session in query.with_for_update():
        end_session(work, session, SessionState.EXPIRED)
    work.session.flush()  # the index allows one open session: the old one must be closed before the new one comes
