"""An account is closed: its sessions and tokens end with it; what it did stays."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from config.unit_of_work import Work
from licensing.accounts.events import AccountClosed
from licensing.accounts.models import AccessToken, Account, SignInSession
from licensing.accounts.queries import account_by_id


def close_account(work: Work, account_id: UUID) -> Account:
    """Close the account; closing it again changes nothing."""
    account = account_by_id(work, account_id, lock=True)
    if not account.active:
        return account
    account.active = False
    now = work.clock.now()
    sessions = sa.update(SignInSession).where(SignInSession.account_id == account_id, SignInSession.ended_at.is_(None))
    work.session.execute(sessions.values(ended_at=now))
    tokens = sa.update(AccessToken).where(AccessToken.account_id == account_id, AccessToken.revoked_at.is_(None))
    work.session.execute(tokens.values(revoked_at=now))
    work.record(AccountClosed(account_id))
    return account
