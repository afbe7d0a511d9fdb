"""Accounts as Flask-Security sees them. It reads and changes them here; each change is one transaction of ours.

Who is signed in is not its business: a session is a row of `SignInSession`, known by our own cookie.
"""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from flask_security import RoleMixin, UserMixin
from flask_security.datastore import UserDatastore

from config.access import SYSTEM, Actor, current_unit
from licensing.accounts.change_password import change_password
from licensing.accounts.models import Account, VerifiedBy
from licensing.accounts.passwords import hash_password, needs_new_hash, password_matches
from licensing.accounts.queries import account_by_id
from licensing.accounts.recovery_links import account_in, still_good
from licensing.accounts.verify_address import mark_verified


class Person(UserMixin):
    """One account for the length of a request."""

    fs_uniquifier = ""

    def __init__(self, account: Account, *, attempt: UUID | None = None, session: UUID | None = None) -> None:
        self.account, self.attempt, self.session = account, attempt, session
        self.fs_uniquifier = str(account.id)
        self.email = account.email
        self.password = account.password_hash
        self.active = account.active
        self.roles: list[Any] = []
        self.renewed: str | None = None

    def verify_and_update_password(self, password: str) -> bool:
        """Whether this is the password; a hash with outdated parameters is replaced when the session begins."""
        matches = password_matches(self.account.password_hash, password)
        if matches and needs_new_hash(self.account.password_hash or ""):
            self.renewed = hash_password(password)
        return matches


class NoRole(RoleMixin):
    """Roles are ours, and given at an agency; Flask-Security knows none."""


class Accounts(UserDatastore):
    """The store of accounts."""

    def __init__(self) -> None:
        super().__init__(Person, NoRole)

    def find_user(self, case_insensitive: bool = False, **by: Any) -> Person | None:
        """The person that a link for a new password names, while the link is good; there is no other way in here."""
        mark = str(by.get("fs_uniquifier") or "")
        account_id = account_in(mark)
        if account_id is None:
            return None
        with current_unit().begin(SYSTEM) as work:
            account = work.session.scalar(sa.select(Account).where(Account.id == account_id))
            good = account is not None and account.active and still_good(mark, account.password_hash, work.clock.now())
        return Person(account) if account is not None and good else None

    def set_uniquifier(self, user: UserMixin, uniquifier: str | None = None) -> None:
        """Nothing to do: links carry a fingerprint of the password's hash, and sessions are ended in our table."""

    def put(self, model: Person) -> Person:
        """Keep another password, if there is one: in a transaction of its own, whole when this returns."""
        account = model.account
        if model.password != account.password_hash:
            with current_unit().begin(Actor(account.id, account.name)) as work:
                new = cast(str, model.password)
                change_password(work, account.id, new, was=account.password_hash, keep=model.session)
                if model.session is None:  # by the link of a mail, which came to the address on record
                    mark_verified(work, account_by_id(work, account.id), VerifiedBy.RECOVERY)
        return model

    def commit(self) -> None:
        """Nothing is left to commit."""
