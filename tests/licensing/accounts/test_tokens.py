"""A token does what its scopes allow its owner, until it expires or is revoked; it never makes another."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from config.access import SYSTEM, Actor, SignInNeeded
from config.clock import FrozenClock
from config.unit_of_work import UnitOfWork
from licensing.accounts import roles
from licensing.accounts.close_account import close_account
from licensing.accounts.create_token import TOKENS_MAX, CreatedToken, create_token
from licensing.accounts.end_role import end_role
from licensing.accounts.errors import ScopeNotHeld, SessionNotFound, TokenNotFound, TooManyTokens
from licensing.accounts.grant_role import grant_role
from licensing.accounts.identify import identify_token
from licensing.accounts.models import AccessToken, RoleGrant
from licensing.accounts.queries import account_by_id, actor_of, live_sessions, live_tokens
from licensing.accounts.revoke_token import revoke_token
from licensing.accounts.roles import Role
from licensing.accounts.sign_in import sign_in
from licensing.accounts.sign_out import end_session
from tests.licensing.accounts.conftest import PASSWORD, Department


@pytest.fixture
def director(unit: UnitOfWork, department: Department) -> Actor:
    """The director, who decides."""
    with unit.begin(SYSTEM) as work:
        grant_role(work, department.director, department.code, Role.APPROVER, date(2026, 1, 1))
    with unit.begin(SYSTEM) as work:
        return actor_of(work, account_by_id(work, department.director))


def make(unit: UnitOfWork, owner: Actor, scopes: list[str] | None = None, days: int = 30) -> CreatedToken:
    with unit.begin(owner) as work:
        return create_token(work, "script", days, scopes)


def test_a_token_acts_for_its_owner_and_only_its_digest_is_kept(
    unit: UnitOfWork, director: Actor, department: Department
) -> None:
    token = make(unit, director)
    actor = identify_token(unit, token.text).actor
    assert (actor.id, actor.name) == (director.id, director.name)
    assert actor.may(roles.DECIDE, department.code)
    with unit.begin(SYSTEM) as work:
        row = work.session.scalars(sa.select(AccessToken)).one()
        assert len(row.secret_sha256) == 32 and token.text.encode() not in row.secret_sha256


def test_a_token_never_manages_sessions_and_tokens(unit: UnitOfWork, director: Actor) -> None:
    assert not identify_token(unit, make(unit, director).text).actor.may(roles.MANAGE_ACCESS)
    with pytest.raises(ScopeNotHeld):
        make(unit, director, [roles.MANAGE_ACCESS])


def test_a_token_has_no_more_than_its_scopes(unit: UnitOfWork, director: Actor, department: Department) -> None:
    actor = identify_token(unit, make(unit, director, [roles.READ_APPLICATIONS]).text).actor
    assert actor.permissions == {department.code: frozenset({roles.READ_APPLICATIONS})}


@pytest.mark.parametrize("scope", [roles.SEAL, "everything", ""])
def test_a_scope_that_its_owner_has_not_is_refused(unit: UnitOfWork, director: Actor, scope: str) -> None:
    with pytest.raises(ScopeNotHeld):
        make(unit, director, [roles.DECIDE, scope])


def test_a_token_loses_what_its_owner_loses(
    unit: UnitOfWork, director: Actor, department: Department, clock: FrozenClock
) -> None:
    token = make(unit, director)
    with unit.begin(SYSTEM) as work:
        end_role(work, work.session.scalars(sa.select(RoleGrant.id)).one(), date(2026, 2, 12))
    assert identify_token(unit, token.text).actor.may(roles.DECIDE)
    clock.advance(days=1)
    assert not identify_token(unit, token.text).actor.may(roles.DECIDE)


def test_an_expired_token_is_refused(unit: UnitOfWork, director: Actor, clock: FrozenClock) -> None:
    token = make(unit, director, days=2)
    clock.advance(days=2, seconds=-1)
    assert identify_token(unit, token.text).actor.id == director.id
    clock.advance(seconds=1)
    with pytest.raises(SignInNeeded):
        identify_token(unit, token.text)
    with unit.begin(director) as work:
        assert not live_tokens(work, director.account_id)


def test_a_revoked_token_and_one_of_a_closed_account_are_refused(unit: UnitOfWork, director: Actor) -> None:
    first, second = make(unit, director), make(unit, director)
    with unit.begin(director) as work:
        revoke_token(work, first.row.id)
        assert [token.id for token in live_tokens(work, director.account_id)] == [second.row.id]
        with pytest.raises(TokenNotFound):
            revoke_token(work, first.row.id)
    with pytest.raises(SignInNeeded):
        identify_token(unit, first.text)
    assert identify_token(unit, second.text)
    with unit.begin(SYSTEM) as work:
        close_account(work, director.account_id)
    with pytest.raises(SignInNeeded):
        identify_token(unit, second.text)


@pytest.mark.parametrize("text", ["", "antin_", "antin_" + "A" * 43, "' OR 1=1 --", "\x00", "ệ", "\ud800"])
def test_an_invented_token_is_refused(unit: UnitOfWork, text: str) -> None:
    with pytest.raises(SignInNeeded):
        identify_token(unit, text)


def test_nobody_ends_anothers_token_or_session(unit: UnitOfWork, director: Actor, department: Department) -> None:
    token = make(unit, director)
    begun = sign_in(unit, "binh.tran", PASSWORD, "192.0.2.1")
    with unit.begin(Actor(department.clerk)) as work:
        with pytest.raises(TokenNotFound):
            revoke_token(work, token.row.id)
        with pytest.raises(SessionNotFound):
            end_session(work, begun.session_id)
    with unit.begin(director) as work:
        end_session(work, begun.session_id)
        assert not live_sessions(work, director.account_id)
        with pytest.raises(SessionNotFound):
            end_session(work, begun.session_id)


def test_one_account_has_only_so_many_tokens(unit: UnitOfWork, director: Actor) -> None:
    with unit.begin(director) as work:
        for _ in range(TOKENS_MAX):
            create_token(work, "script", 1)
        with pytest.raises(TooManyTokens):
            create_token(work, "script", 1)
