"""Anybody may open an account; nobody learns from it who has one, and nobody gets into another's organisation."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from config.access import SYSTEM
from config.clock import FrozenClock
from config.unit_of_work import UnitOfWork
from licensing.accounts import register
from licensing.accounts.errors import DetailsNotAccepted, PasswordTooWeak, TooManyAttempts
from licensing.accounts.models import Account, Membership, Organisation
from licensing.accounts.queries import may_file_for, organisation_by_id, organisations_of
from licensing.accounts.register import register_applicant, register_from_outside
from licensing.accounts.rules import REGISTRATION_LIMIT
from licensing.accounts.sign_in import sign_in
from tests.licensing.accounts.conftest import PASSWORD

COMPANY = ("Công ty TNHH Sao Mai", "0101234567-001")


def test_an_applicant_registers_with_an_organisation_and_signs_in(unit: UnitOfWork) -> None:
    register_from_outside(
        unit, "192.0.2.1", name="Lan", email="Lan@Example.vn", password=PASSWORD, phone="+84 900", organisation=COMPANY
    )
    begun = sign_in(unit, "lan@example.vn", PASSWORD, "192.0.2.1")
    with unit.begin(SYSTEM) as work:
        [organisation] = organisations_of(work, begun.account_id)
        assert (organisation.name, organisation.tax_code) == ("Công ty TNHH Sao Mai", "0101234567001")
        assert organisation.checked_at is None
        assert may_file_for(work, begun.account_id, organisation.id)
        work.session.execute(sa.update(Membership).values(left_at=work.clock.now()))
    with unit.begin(SYSTEM) as work:
        assert not may_file_for(work, begun.account_id, organisation.id)
        assert not organisations_of(work, begun.account_id)
        assert organisation_by_id(work, organisation.id)


def test_a_taken_address_changes_nothing_and_answers_the_same(
    unit: UnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []

    def make_hash(given: str) -> str:
        hashed.append(given)
        return f"hash of {given}"

    monkeypatch.setattr(register, "hash_password", make_hash)
    for password in (PASSWORD, "một mật khẩu khác hẳn"):
        register_from_outside(unit, "192.0.2.1", name="Lan", email="LAN@example.vn", password=password)
    assert len(hashed) == 2  # the same work is done
    with unit.begin(SYSTEM) as work:
        assert work.session.scalars(sa.select(Account)).one().password_hash == f"hash of {PASSWORD}"


def test_naming_a_tax_code_joins_nobodys_organisation(unit: UnitOfWork) -> None:
    with unit.begin(SYSTEM) as work:
        first = register_applicant(work, name="Lan", email="a@x.vn", password=PASSWORD, organisation=COMPANY)
        second = register_applicant(work, name="Bad", email="b@x.vn", password=PASSWORD, organisation=COMPANY)
        assert first and second
        [mine], [theirs] = organisations_of(work, first), organisations_of(work, second)
        assert mine.id != theirs.id
        assert not may_file_for(work, second, mine.id)
        assert len(work.session.scalars(sa.select(Organisation)).all()) == 2


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"password": "ngắn"}, PasswordTooWeak),
        ({"password": "lan@example.vn"}, PasswordTooWeak),
        ({"email": "nonsense"}, DetailsNotAccepted),
        ({"name": "ab\u202edc"}, DetailsNotAccepted),
        ({"organisation": ("\u200b", "0101234567")}, DetailsNotAccepted),
    ],
)
def test_what_is_refused_leaves_nothing(unit: UnitOfWork, change: dict[str, object], refusal: type[Exception]) -> None:
    details: dict[str, object] = {"name": "Lan", "email": "lan@example.vn", "password": PASSWORD} | change
    with pytest.raises(refusal):
        register_from_outside(unit, "192.0.2.1", **details)  # type: ignore[arg-type]
    with unit.begin(SYSTEM) as work:
        assert not work.session.scalars(sa.select(Account)).all()


def test_a_network_opens_only_so_many_accounts_an_hour(
    unit: UnitOfWork, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register, "hash_password", lambda given: "hash")
    for number in range(REGISTRATION_LIMIT):
        register_from_outside(unit, "192.0.2.1", name="Lan", email=f"lan{number}@x.vn", password=PASSWORD)
    with pytest.raises(TooManyAttempts) as refusal:
        register_from_outside(unit, "192.0.2.1", name="Lan", email="more@x.vn", password=PASSWORD)
    assert refusal.value.retry_after == 3600
    register_from_outside(unit, "192.0.2.2", name="Lan", email="more@x.vn", password=PASSWORD)
    clock.advance(hours=1)
    register_from_outside(unit, "192.0.2.1", name="Lan", email="evenmore@x.vn", password=PASSWORD)
