"""What identified browsers and attempts is deleted when no rule needs it any more."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from config.access import SYSTEM
from config.unit_of_work import UnitOfWork
from licensing.accounts.attempts import forget_attempts
from licensing.accounts.models import SignInSession
from licensing.accounts.rules import ABSOLUTE_LIMIT

KEPT = timedelta(days=30)


def forget_sign_ins(unit: UnitOfWork) -> None:
    """Delete attempts of more than a day ago, and sessions that have been over for 30 days. Run daily."""
    with unit.begin(SYSTEM) as work:
        forget_attempts(work)
        over = work.clock.now() - KEPT - ABSOLUTE_LIMIT
        work.session.execute(sa.delete(SignInSession).where(SignInSession.created_at < over))
