"""A session begins with the right password only; every attempt counts; nothing tells known from unknown."""

from __future__ import annotations

import threading
import unicodedata
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from config.access import SYSTEM
from config.clock import FrozenClock
from config.unit_of_work import UnitOfWork
from licensing.accounts import passwords, sign_in
from licensing.accounts.close_account import close_account
from licensing.accounts.errors import SignInFailed, TooManyAttempts
from licensing.accounts.forget import forget_sign_ins
from licensing.accounts.identify import identify_session
from licensing.accounts.models import Account, SignInAttempt, SignInSession
from licensing.accounts.rules import FREE_FAILURES, NETWORK_LIMIT
from licensing.accounts.sign_in import BegunSession
from tests.licensing.accounts.conftest import PASSWORD, Department
from tests.quick_passwords import AS_SERVED

HERE, THERE = "192.0.2.1", "192.0.2.2"


def enter(unit: UnitOfWork, login: str = "binh.tran", password: str = PASSWORD, network: str = HERE) -> BegunSession:
    return sign_in.sign_in(unit, login, password, network, "Firefox\x00\n")


def fail(unit: UnitOfWork, times: int, login: str = "binh.tran", network: str = HERE) -> None:
    for _ in range(times):
        with pytest.raises(SignInFailed):
            enter(unit, login, "not the password", network)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No hashing, for tests that count attempts: every password is wrong."""
    monkeypatch.setattr(sign_in, "password_matches", lambda kept, given: False)


def test_a_session_begins_and_only_the_digest_of_its_secret_is_kept(unit: UnitOfWork, department: Department) -> None:
    begun = enter(unit)
    with unit.begin(SYSTEM) as work:
        session = work.session.scalars(sa.select(SignInSession)).one()
        assert (session.id, session.account_id) == (begun.session_id, department.director)
        assert begun.secret.encode() not in session.secret_sha256 and len(session.secret_sha256) == 32
        assert session.browser == "Firefox"
    caller = identify_session(unit, begun.secret)
    assert (caller.actor.id, caller.session_id) == (department.director, begun.session_id)


@pytest.mark.parametrize("login", ["BINH.TRAN", " binh.tran ", "binh@snnmt.example", "Binh@SNNMT.example"])
def test_a_login_is_found_however_it_is_typed(unit: UnitOfWork, department: Department, login: str) -> None:
    assert enter(unit, login).account_id == department.director


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_vietnamese_password_matches_however_the_keyboard_composes_it(
    unit: UnitOfWork, department: Department, form: str
) -> None:
    assert enter(unit, password=unicodedata.normalize(form, PASSWORD))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("binh.tran", PASSWORD + " "),
        ("binh.tran", ""),
        ("nobody", PASSWORD),
        ("hoa", PASSWORD),  # an account without a password
        ("' OR 1=1 --", PASSWORD),
        ("binh.tran\x00", PASSWORD),
        ("binh.tran\ud800", PASSWORD),
        ("binh.tran", "\x00\ud800" + PASSWORD),
    ],
)
def test_wrong_unknown_and_passwordless_get_one_answer(
    unit: UnitOfWork, department: Department, login: str, password: str
) -> None:
    with pytest.raises(SignInFailed) as refusal:
        enter(unit, login, password)
    assert refusal.value.detail == sign_in.FAILED


def test_a_closed_account_gets_that_answer_too_and_its_sessions_end(unit: UnitOfWork, department: Department) -> None:
    begun = enter(unit)
    with unit.begin(SYSTEM) as work:
        close_account(work, department.director)
    assert identify_session(unit, begun.secret).session_id is None
    with pytest.raises(SignInFailed) as refusal:
        enter(unit)
    assert refusal.value.detail == sign_in.FAILED


@pytest.mark.parametrize("login", ["binh.tran", "nobody", "hoa"])
def test_exactly_one_hash_is_made_whoever_asks(
    unit: UnitOfWork, department: Department, login: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []
    hasher = passwords._hasher
    passwords.decoy()

    class Watched:
        def verify(self, kept: str, given: bytes) -> bool:
            verified.append(kept.rpartition("$")[0].rpartition("$")[0])  # algorithm and parameters, no salt
            return bool(hasher.verify(kept, given))

    monkeypatch.setattr(passwords, "_hasher", Watched())
    with pytest.raises(SignInFailed):
        enter(unit, login, "not the password")
    assert verified == ["$argon2id$v=19$m=8,t=1,p=1"]


def test_what_is_served_hashes_with_the_second_option_of_rfc_9106() -> None:
    assert AS_SERVED.hash("x").startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_an_attempt_is_counted_before_anything_is_verified(
    unit: UnitOfWork, department: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(kept: str | None, given: str) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(sign_in, "password_matches", killed)
    with pytest.raises(KeyboardInterrupt):
        enter(unit)
    with unit.begin(SYSTEM) as work:
        attempt = work.session.scalars(sa.select(SignInAttempt)).one()
        assert not attempt.succeeded and b"binh" not in attempt.login_sha256


@pytest.mark.parametrize("login", ["binh.tran", "nobody"])
def test_after_five_failures_one_waits_longer_and_longer(
    unit: UnitOfWork, department: Department, clock: FrozenClock, quick: None, login: str
) -> None:
    fail(unit, FREE_FAILURES, login)
    for wait in (30, 60, 120):
        with pytest.raises(TooManyAttempts) as refusal:
            enter(unit, login, network=THERE)
        assert refusal.value.retry_after == wait
        clock.advance(seconds=wait - 1)
        with pytest.raises(TooManyAttempts):
            enter(unit, login)
        clock.advance(seconds=1)
        fail(unit, 1, login)


def test_a_refused_attempt_does_not_prolong_the_wait(unit: UnitOfWork, clock: FrozenClock, quick: None) -> None:
    fail(unit, FREE_FAILURES)
    clock.advance(seconds=29)
    with pytest.raises(TooManyAttempts) as refusal:
        enter(unit)
    assert refusal.value.retry_after == 1


def test_a_success_forgets_earlier_failures(unit: UnitOfWork, department: Department, clock: FrozenClock) -> None:
    fail(unit, FREE_FAILURES - 1)
    clock.advance(seconds=1)
    enter(unit)
    clock.advance(seconds=1)
    fail(unit, FREE_FAILURES - 1)
    enter(unit)


def test_attempts_that_arrive_together_are_all_counted(unit: UnitOfWork, quick: None) -> None:
    outcomes: list[type[Exception]] = []

    def attempt() -> None:
        try:
            enter(unit)
        except (SignInFailed, TooManyAttempts) as refusal:
            outcomes.append(type(refusal))

    threads = [threading.Thread(target=attempt) for _ in range(FREE_FAILURES + 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert outcomes.count(SignInFailed) == FREE_FAILURES
    assert outcomes.count(TooManyAttempts) == 3


def test_a_network_that_tries_many_logins_is_stopped_and_others_are_not(
    unit: UnitOfWork, clock: FrozenClock, quick: None
) -> None:
    for number in range(NETWORK_LIMIT):
        fail(unit, 1, f"login{number}")
    with pytest.raises(TooManyAttempts) as refusal:
        enter(unit, "another")
    assert refusal.value.retry_after == 900
    fail(unit, 1, "another", THERE)
    clock.advance(minutes=15)
    fail(unit, 1, "another")


def test_a_session_ends_when_it_is_idle(unit: UnitOfWork, department: Department, clock: FrozenClock) -> None:
    begun = enter(unit)
    for _ in range(3):
        clock.advance(minutes=29)
        assert identify_session(unit, begun.secret).session_id == begun.session_id
    clock.advance(minutes=30)
    assert identify_session(unit, begun.secret).session_id is None


def test_a_session_ends_after_twelve_hours_of_use(unit: UnitOfWork, department: Department, clock: FrozenClock) -> None:
    begun = enter(unit)
    for _ in range(35):
        clock.advance(minutes=20)
        assert identify_session(unit, begun.secret).session_id
    clock.advance(minutes=20)
    assert identify_session(unit, begun.secret).session_id is None


def test_a_password_is_hashed_again_when_the_parameters_have_changed(
    unit: UnitOfWork, department: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kept_hash(account_id: UUID) -> str | None:
        with unit.begin(SYSTEM) as work:
            return work.session.scalar(sa.select(Account.password_hash).where(Account.id == account_id))

    before = kept_hash(department.director)
    enter(unit)
    assert kept_hash(department.director) == before
    monkeypatch.setattr(sign_in, "needs_new_hash", lambda kept: True)
    enter(unit)
    assert kept_hash(department.director) != before
    assert enter(unit)


def test_a_password_changed_while_it_was_verified_opens_nothing(
    unit: UnitOfWork, department: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change_meanwhile(kept: str | None, given: str) -> bool:
        with unit.begin(SYSTEM) as work:
            work.session.execute(sa.update(Account).values(password_hash=None))
        return True

    monkeypatch.setattr(sign_in, "password_matches", change_meanwhile)
    with pytest.raises(SignInFailed):
        enter(unit)


def test_attempts_and_old_sessions_are_forgotten(unit: UnitOfWork, department: Department, clock: FrozenClock) -> None:
    enter(unit)
    clock.advance(days=25)
    enter(unit)
    clock.advance(days=6)
    forget_sign_ins(unit)
    with unit.begin(SYSTEM) as work:
        assert not work.session.scalars(sa.select(SignInAttempt)).all()
        sessions = work.session.scalars(sa.select(SignInSession)).all()
        assert [clock.now() - item.created_at for item in sessions] == [timedelta(days=6)]
