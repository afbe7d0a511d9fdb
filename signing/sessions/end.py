"""How a signing session ends when no signature came of it: released, refused, or out of time."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from config.access import SYSTEM
from config.sentences import later
from config.unit_of_work import UnitOfWork, Work
from signing.sessions.errors import SigningSessionClosed
from signing.sessions.events import SigningSessionEnded
from signing.sessions.models import SessionState, SigningSession
from signing.sessions.queries import session_by_id


def end_session(work: Work, session: SigningSession, state: SessionState, reason: str | None = None) -> None:
    """Close an open session; one that is closed stays as it is."""
    if session.state == SessionState.OPEN:
        session.state, session.reason, session.ended_at = state, reason, work.clock.now()
        work.record(SigningSessionEnded(session.id, session.request_id, state.value))


def cancel_session(work: Work, session_id: UUID) -> None:
    """Release the document; whoever may is asked by the caller. A session that was finished cannot be taken back."""
    session = session_by_id(work, session_id, lock=True)
    if session.state == SessionState.FINISHED:
        raise SigningSessionClosed(later("This document is signed already."))
    end_session(work, session, SessionState.CANCELLED)


def refuse_session(unit: UnitOfWork, session_id: UUID, reason: str) -> None:
    """Close a session that cannot be answered any more, with a sentence about why."""
    with unit.begin(SYSTEM) as work:
        end_session(work, session_by_id(work, session_id, lock=True), SessionState.REFUSED, reason)


def expire_sessions(unit: UnitOfWork) -> None:
    """Close every session whose time has passed; also one whose job was lost."""
    with unit.begin(SYSTEM) as work:
        query = select(SigningSession).where(
            SigningSession.state == SessionState.OPEN, SigningSession.expires_at <= work.clock.now()
        )
        for session in work.session.scalars(query.with_for_update(skip_locked=True)):
            end_session(work, session, SessionState.EXPIRED)
