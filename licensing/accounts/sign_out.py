"""A session ends: the caller's own, or another one of the same account."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from config.unit_of_work import Work
from licensing.accounts.errors import SessionNotFound
from licensing.accounts.events import SessionEnded
from licensing.accounts.models import SignInSession


def end_session(work: Work, session_id: UUID) -> None:
    """End a session of the caller's account; raises `SessionNotFound` for another's, or one that has ended."""
    session = work.session.get(SignInSession, session_id, with_for_update=True, populate_existing=True)
    if session is None or session.account_id != work.actor.account_id or session.ended_at is not None:
        raise SessionNotFound("There is no such session.")
    session.ended_at = work.clock.now()
    work.record(SessionEnded(session.account_id, session.id))


def end_other_sessions(work: Work, keep: UUID) -> None:
    """End every session of the caller's account but `keep`; nothing happens where there is no other."""
    others = sa.select(SignInSession).where(
        SignInSession.account_id == work.actor.account_id, SignInSession.ended_at.is_(None), SignInSession.id != keep
    )
    for session in work.session.scalars(others.order_by(SignInSession.id).with_for_update()):
        session.ended_at = work.clock.now()
        work.record(SessionEnded(session.account_id, session.id))
