"""Reads of signing sessions. Known to signing requests, so it knows none of them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from config.sentences import later
from config.unit_of_work import Work
from signing.sessions.errors import DocumentLocked, SigningSessionNotFound
from signing.sessions.models import SessionState, SigningSession


def session_by_id(work: Work, session_id: UUID, *, lock: bool = False) -> SigningSession:
    """The session; raises `SigningSessionNotFound`. Whoever locks it has locked its request before."""
    query = select(SigningSession).where(SigningSession.id == session_id).execution_options(populate_existing=True)
    if found := work.session.scalar(query.with_for_update() if lock else query):
        return found
    raise SigningSessionNotFound(later("There is no such signing session."))


def open_session(work: Work, request_id: UUID) -> SigningSession | None:
    """The session in which a document is being signed just now; one whose time has passed locks nothing."""
    query = select(SigningSession).where(
        SigningSession.request_id == request_id,
        SigningSession.state == SessionState.OPEN,
        SigningSession.expires_at > work.clock.now(),
    )
    return work.session.scalar(query)


def latest_sessions(work: Work, request_ids: Sequence[UUID], account: str) -> dict[UUID, SigningSession]:
    """The newest session of this account for each of these requests that has one."""
    query = (
        select(SigningSession)
        .where(SigningSession.request_id.in_(request_ids), SigningSession.account == account)
        .order_by(SigningSession.created_at)
    )
    return {session.request_id: session for session in work.session.scalars(query)}


def refuse_locked(work: Work, request_id: UUID) -> None:
    """Raise `DocumentLocked` while somebody is signing the document elsewhere."""
    if open_session(work, request_id) is not None:
        raise DocumentLocked(later("This document is being signed just now. Finish or release that first."))
