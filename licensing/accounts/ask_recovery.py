"""Somebody cannot sign in and asks for a link to choose a new password. The answer never tells whether we know them."""

from __future__ import annotations

from config.access import VISITOR
from config.unit_of_work import UnitOfWork
from licensing.accounts.attempts import begin_recovery
from licensing.accounts.events import RecoveryAsked
from licensing.accounts.sign_in import account_by_login


def ask_recovery(unit: UnitOfWork, login: str, network: str) -> None:
    """Have the link sent to the account's address, if there is such an account; raises `TooManyAttempts`."""
    with unit.begin(VISITOR) as work:
        wanted = begin_recovery(work, login, network)
        account = account_by_login(work, login)
        if wanted and account is not None and account.active:
            work.record(RecoveryAsked(account.id))
