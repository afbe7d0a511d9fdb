"""Follow a signing session that a person confirms on the telephone: ask, come back, keep what was confirmed.

Runs in a job that comes back by itself until the session ends; it may be killed and repeated at every line.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from config.access import SYSTEM
from config.errors import Refused, Unavailable
from config.jobs import NotYet
from config.sentences import later
from config.storage import Storage
from config.unit_of_work import UnitOfWork, Work
from signing.pades.errors import SignatureValueWrong
from signing.requests.models import Signature
from signing.sessions.end import end_session, refuse_session
from signing.sessions.errors import SigningSessionClosed, SigningSessionExpired
from signing.sessions.finish import asked_again, keep_answer
from signing.sessions.models import Kind, SessionState, SigningSession
from signing.sessions.queries import session_by_id
from signing.signer.client import Confirmation, SignerClient

FIRST, LONGEST = 2.0, 10.0  # seconds between two questions; a person takes half a minute
NO = later("It was refused on the telephone.")
FALSE = later(
    "What came back from the telephone is not your key's signature over this document. Tell your administrator."
)


def follow_session(unit: UnitOfWork, session_id: UUID) -> None:
    """One round of question and answer; raises `NotYet` while the person has not answered."""
    with unit.begin(SYSTEM) as work:
        session = session_by_id(work, session_id)
        if not _goes_on(work, session):
            return
    try:
        with unit.begin(SYSTEM) as work:
            signature = asked_again(work, session)
        _round(unit, session, signature)
    except Unavailable:
        raise NotYet(_pause(session, unit.clock.now())) from None
    except (SigningSessionClosed, SigningSessionExpired):
        return
    except SignatureValueWrong:
        refuse_session(unit, session_id, FALSE)
    except Refused as refusal:
        refuse_session(unit, session_id, str(refusal.detail))


def _goes_on(work: Work, session: SigningSession) -> bool:
    if session.state != SessionState.OPEN or session.kind != Kind.CONFIRM:
        return False
    if work.clock.now() < session.expires_at:
        return True
    end_session(work, session_by_id(work, session.id, lock=True), SessionState.EXPIRED)
    return False


def _round(unit: UnitOfWork, session: SigningSession, signature: Signature) -> None:
    signer = unit.tools[SignerClient]
    question = (session.request_id, signature.key, signature.attributes, _revision(unit, signature))
    if session.ticket is None:
        ticket = signer.confirm_start(*question, session.id)
        with unit.begin(SYSTEM) as work:
            session_by_id(work, session.id, lock=True).ticket = ticket
        raise NotYet(FIRST)
    state, value = signer.confirm_poll(*question, session.ticket)
    if state is Confirmation.WAITING:
        raise NotYet(_pause(session, unit.clock.now()))
    with unit.begin(SYSTEM) as work:
        if state is Confirmation.SIGNED:
            keep_answer(work, session.id, signature, value)
        elif state is Confirmation.EXPIRED:
            end_session(work, session_by_id(work, session.id, lock=True), SessionState.EXPIRED)
        else:
            end_session(work, session_by_id(work, session.id, lock=True), SessionState.REFUSED, NO)


def _revision(unit: UnitOfWork, signature: Signature) -> bytes:
    return unit.tools[Storage].get(signature.revision_sha256)


def _pause(session: SigningSession, now: datetime) -> float:
    """Longer the longer it takes, never past the end by much."""
    age = (now - session.created_at).total_seconds()
    return max(FIRST, min(LONGEST, age / 10))
