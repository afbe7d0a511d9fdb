"""Finish a signing session: the answer is verified, all is asked again, and only then it is kept. Garbage never is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from config.access import SYSTEM
from config.sentences import later
from config.storage import Storage
from config.unit_of_work import UnitOfWork, Work
from signing.pades.byte_range import digest_around, last_gap
from signing.pades.errors import ReadyMadeRefused, SignatureValueWrong
from signing.pades.ready_made import ReadyMade, check_attributes, read_ready_made
from signing.pades.value import verified_value
from signing.requests.models import Role, Signature
from signing.requests.queries import get_request, signature_of
from signing.requests.sign import keep_value, may_be_signed
from signing.sessions.end import end_session
from signing.sessions.errors import (
    CertificateForeign,
    SigningSessionClosed,
    SigningSessionExpired,
    SigningSessionForeign,
    SigningSessionNotFound,
)
from signing.sessions.models import Kind, SessionState, SigningSession
from signing.sessions.queries import session_by_id
from signing.sessions.secret import is_secret
from signing.signer.client import SignerClient

MOST_TRIES = 5
SKEW = timedelta(minutes=5)  # between our clock and that of whoever made a CMS
OTHER_TIME = later("The CMS states a signing time outside of this session.")
TOO_MANY = later("Too many wrong signatures were handed in.")
WRONG = later("This is not the signature of your registered key over this document.")


@dataclass(frozen=True)
class Answer:
    """What comes back: the raw value, the session's secret, and the certificate (DER) where the sender knows it.

    With `ready_made` the value is a whole CMS (DER) that another program made over the covered octets.
    """

    value: bytes
    secret: str
    certificate: bytes | None = None
    ready_made: bool = False


def finish_session(unit: UnitOfWork, session_id: UUID, signatory: str, answer: Answer) -> None:
    """Keep the value of a held key. A wrong one leaves the session open, five close it.

    Raises `SignatureValueWrong`, `CertificateForeign`, `SigningSessionNotFound` (also another account's),
    `SigningSessionForeign`, `SigningSessionExpired`, `SigningSessionClosed`, and what `sign_request` raises.
    """
    with unit.begin(SYSTEM) as work:
        session, signature = _answered_by(work, session_id, signatory, answer.secret)
    revision = unit.tools[Storage].get(signature.revision_sha256)
    try:
        made = _taken_apart(session, signature, answer, revision) if answer.ready_made else None
        attributes = made.attributes if made else signature.attributes
        value = _looked_at(signature, answer, made)
    except (SignatureValueWrong, CertificateForeign, ReadyMadeRefused):
        _count(unit, session_id)
        raise
    signer = unit.tools[SignerClient]
    value = signer.note_held(session.request_id, signature.key, attributes, revision, value)
    with unit.begin(SYSTEM) as work:
        keep_answer(work, session_id, signature, value, attributes)


def keep_answer(
    work: Work, session_id: UUID, signature: Signature, value: bytes, attributes: bytes | None = None
) -> None:
    """Store a verified value and close its session, together; only while the session is open and in time.

    `attributes` are those that were signed, where another program chose them.
    """
    get_request(work, signature.request_id, lock=True)  # before the session: everybody locks in this order
    session = session_by_id(work, session_id, lock=True)
    refuse_ended(work, session)
    keep_value(work, session.request_id, Role.OFFICIAL, signature.attributes, value, attributes)
    end_session(work, session, SessionState.FINISHED)


def refuse_ended(work: Work, session: SigningSession) -> None:
    """Raise unless the session may still be answered."""
    if session.state == SessionState.FINISHED:
        raise SigningSessionClosed(later("This document is signed already."))
    if session.state == SessionState.EXPIRED or (
        session.state == SessionState.OPEN and work.clock.now() >= session.expires_at
    ):
        raise SigningSessionExpired(later("The time to sign has passed. Begin again."))
    if session.state != SessionState.OPEN:
        raise SigningSessionClosed(later("This signing was ended. Begin again."))


def asked_again(work: Work, session: SigningSession) -> Signature:
    """All that was asked at the beginning, and that the revision is still the one of the session."""
    request = may_be_signed(work, session.request_id, session.account)
    signature = signature_of(request, Role.OFFICIAL)
    if signature is None or hashlib.sha256(signature.attributes).hexdigest() != session.attributes_sha256:
        raise SigningSessionClosed(later("This signing was ended. Begin again."))
    return signature


def _answered_by(work: Work, session_id: UUID, signatory: str, secret: str) -> tuple[SigningSession, Signature]:
    session = session_by_id(work, session_id)
    if session.account != signatory or session.kind != Kind.HELD:
        raise SigningSessionNotFound(later("There is no such signing session."))
    if not is_secret(work.tools, session, secret):
        raise SigningSessionForeign(later("This signing was begun elsewhere. Begin again here."))
    refuse_ended(work, session)
    return session, asked_again(work, session)


def _taken_apart(session: SigningSession, signature: Signature, answer: Answer, revision: bytes) -> ReadyMade:
    """Attributes and value of a CMS that is over this revision, for this certificate, and made in this session."""
    made = read_ready_made(answer.value)
    stated = check_attributes(made.attributes, digest_around(revision, last_gap(revision)), signature.certificate)
    if stated is not None and not session.created_at - SKEW <= stated <= session.expires_at + SKEW:
        raise ReadyMadeRefused(OTHER_TIME)
    return made


def _looked_at(signature: Signature, answer: Answer, made: ReadyMade | None) -> bytes:
    named = made.certificate if made else answer.certificate
    if named is not None and named != signature.certificate:
        raise CertificateForeign(later("This certificate is not the one that is registered for you."))
    signed, value = (made.attributes, made.value) if made else (signature.attributes, answer.value)
    try:
        return verified_value(signed, value, signature.certificate)
    except SignatureValueWrong as error:
        raise SignatureValueWrong(WRONG) from error


def _count(unit: UnitOfWork, session_id: UUID) -> None:
    with unit.begin(SYSTEM) as work:
        session = session_by_id(work, session_id, lock=True)
        session.tries += 1
        if session.tries >= MOST_TRIES:
            end_session(work, session, SessionState.REFUSED, TOO_MANY)
