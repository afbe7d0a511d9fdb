"""An account gets another password: everybody who was signed in with the old one is signed out."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from config.unit_of_work import Work
from licensing.accounts.errors import PasswordChangedMeanwhile
from licensing.accounts.events import PasswordChanged
from licensing.accounts.models import AccessToken, SignInSession
from licensing.accounts.queries import account_by_id


def change_password(work: Work, account_id: UUID, new_hash: str, was: str | None, keep: UUID | None) -> None:
    """Keep the new hash; of the sessions only `keep` goes on. Without one (a recovery) tokens of programs end too.

    `was` is the hash that the caller knew: raises `PasswordChangedMeanwhile` when it is not the account's any more.
    """
    account = account_by_id(work, account_id, lock=True)
    if account.password_hash != was or not account.active:
        raise PasswordChangedMeanwhile("The password was changed meanwhile.")
    account.password_hash = new_hash
    now = work.clock.now()
    sessions = sa.update(SignInSession).where(SignInSession.account_id == account_id, SignInSession.ended_at.is_(None))
    if keep is None:
        account.new_email = None  # perhaps asked for by whoever is being signed out
        tokens = sa.update(AccessToken).where(AccessToken.account_id == account_id, AccessToken.revoked_at.is_(None))
        work.session.execute(tokens.values(revoked_at=now))
    else:
        sessions = sessions.where(SignInSession.id != keep)
    work.session.execute(sessions.values(ended_at=now))
    work.record(PasswordChanged(account_id))
