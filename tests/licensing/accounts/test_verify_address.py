"""An address is verified by the link that was sent there: for one account, one address, a day long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from config.access import SYSTEM, VISITOR, Actor
from config.clock import FrozenClock
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from licensing.accounts.address_links import AddressLink, address_token, read_token
from licensing.accounts.change_address import ask_address_link, change_address, renew_link
from licensing.accounts.change_password import change_password
from licensing.accounts.close_account import close_account
from licensing.accounts.errors import (
    AddressLinkEnded,
    AddressNotVerified,
    AddressTaken,
    DetailsNotAccepted,
    PresentPasswordWrong,
    SignInFailed,
    TooManyAttempts,
)
from licensing.accounts.models import Account, VerifiedBy
from licensing.accounts.queries import account_by_id, actor_of, address_state
from licensing.accounts.recovery_links import recovery_token
from licensing.accounts.register import register_applicant
from licensing.accounts.rules import ADDRESS_LINK_LASTS, ADDRESS_MAILS, FREE_FAILURES
from licensing.accounts.sign_in import sign_in
from licensing.accounts.verify_address import (
    LinkState,
    check_address_verified,
    look_at_link,
    verify_address,
    vouch_for_address,
)
from tests.licensing.accounts.conftest import PASSWORD
from tests.licensing.accounts.visiting import happened, rows

NETWORK = "192.0.2.1"


@pytest.fixture
def lan(unit: UnitOfWork) -> Actor:
    return newcomer(unit, "lan@example.vn")


def newcomer(unit: UnitOfWork, email: str) -> Actor:
    with unit.begin(VISITOR) as work:
        account_id = register_applicant(work, name="Lan", email=email, password=PASSWORD)
        assert account_id is not None
        return actor_of(work, account_by_id(work, account_id))


@pytest.fixture
def link(unit: UnitOfWork, settings: Settings) -> Callable[[Actor, str], AddressLink | None]:
    """The link that a mail to the address holds, read as its page reads it."""

    def make(actor: Actor, address: str) -> AddressLink | None:
        return read_token(
            settings.secret_key, address_token(settings.secret_key, actor.account_id, address, unit.clock.now())
        )

    return make


Link = Callable[[Actor, str], AddressLink | None]


def state_of(unit: UnitOfWork, found: AddressLink | None) -> LinkState:
    with unit.begin(VISITOR) as work:
        return look_at_link(work, found).state


def verify(unit: UnitOfWork, found: AddressLink | None) -> None:
    with unit.begin(VISITOR) as work:
        verify_address(work, found)


def account_of(unit: UnitOfWork, actor: Actor) -> Account:
    (account,) = rows(unit, Account, id=actor.account_id)
    assert isinstance(account, Account)
    return account


def is_verified(unit: UnitOfWork, actor: Actor) -> bool:
    with unit.begin(actor) as work:
        try:
            check_address_verified(work)
        except AddressNotVerified as refusal:
            assert address_state(work, actor.account_id).waiting in refusal.detail  # type: ignore[operator]
            return False
    return True


def change(unit: UnitOfWork, actor: Actor, address: str, password: str = PASSWORD) -> None:
    change_address(unit, actor, address, password, NETWORK)


def test_the_link_verifies_the_address_and_looking_at_it_does_not(unit: UnitOfWork, lan: Actor, link: Link) -> None:
    found = link(lan, "lan@example.vn")
    assert state_of(unit, found) is LinkState.READY and not is_verified(unit, lan)
    verify(unit, found)
    assert is_verified(unit, lan) and state_of(unit, found) is LinkState.DONE
    first = account_of(unit, lan)
    assert (first.email_verified_at, first.email_verified_by) == (unit.clock.now(), VerifiedBy.LINK)


def test_a_second_click_changes_nothing(unit: UnitOfWork, lan: Actor, link: Link, clock: FrozenClock) -> None:
    found, then = link(lan, "lan@example.vn"), unit.clock.now()
    for _ in range(2):
        verify(unit, found)
        clock.advance(hours=48)
    assert account_of(unit, lan).email_verified_at == then
    assert happened(unit, "AddressVerified") == 1
    assert state_of(unit, found) is LinkState.DONE  # also when it is too old by now


def test_a_link_works_for_a_day_and_a_new_one_is_sent_instead(
    unit: UnitOfWork, lan: Actor, link: Link, clock: FrozenClock
) -> None:
    found = link(lan, "lan@example.vn")
    clock.advance(seconds=ADDRESS_LINK_LASTS.total_seconds() - 1)
    assert state_of(unit, found) is LinkState.READY
    with unit.begin(VISITOR) as work:
        assert not renew_link(work, found, NETWORK)
    clock.advance(seconds=1)
    assert state_of(unit, found) is LinkState.EXPIRED
    with pytest.raises(AddressLinkEnded):
        verify(unit, found)
    assert not is_verified(unit, lan)
    with unit.begin(VISITOR) as work:
        assert renew_link(work, found, NETWORK)
    assert happened(unit, "AddressLinkAsked") == 1


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token + "x",
        lambda token: token[:-1],
        lambda token: "A" + token,
        lambda token: token.replace(".", "", 1),
        lambda token: "",
        lambda token: "é" * 40,
    ],
)
def test_a_tampered_link_says_nothing(
    unit: UnitOfWork, lan: Actor, settings: Settings, spoil: Callable[[str], str]
) -> None:
    token = address_token(settings.secret_key, lan.account_id, "lan@example.vn", unit.clock.now())
    assert read_token(settings.secret_key, token) is not None
    assert read_token(settings.secret_key, spoil(token)) is None
    assert read_token("another key" * 4, token) is None


def test_a_link_of_another_kind_is_none(unit: UnitOfWork, lan: Actor, settings: Settings) -> None:
    other = recovery_token(settings.secret_key, lan.account_id, "hash", unit.clock.now())
    assert read_token(settings.secret_key, other) is None
    assert state_of(unit, None) is LinkState.ENDED


def test_a_link_is_for_its_account_and_its_address_only(unit: UnitOfWork, lan: Actor, link: Link) -> None:
    hoa = newcomer(unit, "hoa@example.vn")
    good = link(lan, "lan@example.vn")
    assert good is not None
    for wrong in (
        replace(good, account_id=hoa.account_id),
        replace(good, account_id=UUID(int=7)),
        link(lan, "hoa@example.vn"),
        replace(good, digest=""),
    ):
        assert state_of(unit, wrong) is LinkState.ENDED
        with pytest.raises(AddressLinkEnded):
            verify(unit, wrong)
    assert not is_verified(unit, lan) and not is_verified(unit, hoa)


def test_a_closed_account_verifies_nothing(unit: UnitOfWork, lan: Actor, link: Link) -> None:
    found = link(lan, "lan@example.vn")
    with unit.begin(SYSTEM) as work:
        close_account(work, lan.account_id)
    assert state_of(unit, found) is LinkState.ENDED


def test_another_address_is_in_force_only_when_it_is_verified(unit: UnitOfWork, lan: Actor, link: Link) -> None:
    verify(unit, link(lan, "lan@example.vn"))
    change(unit, lan, "MOI@example.vn")
    before = account_of(unit, lan)
    assert (before.email, before.login, before.new_email) == ("lan@example.vn", "lan@example.vn", "moi@example.vn")
    assert is_verified(unit, lan)  # the old one still is
    verify(unit, link(lan, "moi@example.vn"))
    after = account_of(unit, lan)
    assert (after.email, after.login, after.new_email) == ("moi@example.vn", "moi@example.vn", None)
    assert is_verified(unit, lan) and sign_in(unit, "moi@example.vn", PASSWORD, NETWORK)
    with pytest.raises(SignInFailed):
        sign_in(unit, "lan@example.vn", PASSWORD, NETWORK)
    assert state_of(unit, link(lan, "lan@example.vn")) is LinkState.ENDED


def test_the_link_to_a_mistyped_address_ends_when_another_is_named(unit: UnitOfWork, lan: Actor, link: Link) -> None:
    mistyped, found = link(lan, "lan@example.vn"), link(lan, "moi@example.vn")
    change(unit, lan, "moi@example.vn")
    assert state_of(unit, mistyped) is LinkState.ENDED
    assert not is_verified(unit, lan)
    change(unit, lan, "khac@example.vn")
    assert state_of(unit, found) is LinkState.ENDED
    change(unit, lan, "lan@example.vn")  # it was right after all
    assert account_of(unit, lan).new_email is None
    assert state_of(unit, mistyped) is LinkState.READY
    assert happened(unit, "AddressChangeAsked") == 2


def test_an_address_that_another_account_has_is_not_taken_over(unit: UnitOfWork, lan: Actor, link: Link) -> None:
    change(unit, lan, "hoa@example.vn")
    hoa = newcomer(unit, "hoa@example.vn")
    with pytest.raises(AddressTaken):
        verify(unit, link(lan, "hoa@example.vn"))
    assert account_of(unit, lan).email == "lan@example.vn"
    assert not is_verified(unit, hoa)


def test_a_change_takes_the_password_and_an_address(unit: UnitOfWork, lan: Actor) -> None:
    with pytest.raises(PresentPasswordWrong):
        change(unit, lan, "moi@example.vn", "wrong")
    with pytest.raises(DetailsNotAccepted):
        change(unit, lan, "nonsense")
    for _ in range(FREE_FAILURES - 1):
        with pytest.raises(PresentPasswordWrong):
            change(unit, lan, "moi@example.vn", "wrong")
    with pytest.raises(TooManyAttempts):
        change(unit, lan, "moi@example.vn")
    assert account_of(unit, lan).new_email is None


def ask(unit: UnitOfWork, actor: Actor, network: str = NETWORK) -> str | None:
    with unit.begin(actor) as work:
        return ask_address_link(work, network)


def test_one_account_and_one_address_get_few_mails_an_hour(unit: UnitOfWork, lan: Actor, clock: FrozenClock) -> None:
    for _ in range(ADDRESS_MAILS):
        assert ask(unit, lan) == "lan@example.vn"
    for network in (NETWORK, "192.0.2.2"):
        with pytest.raises(TooManyAttempts):
            ask(unit, lan, network)
    with pytest.raises(TooManyAttempts):  # another address does not help one account
        change(unit, lan, "moi@example.vn")
    hoa = newcomer(unit, "hoa@example.vn")
    with pytest.raises(TooManyAttempts):  # nor another account one address
        change(unit, hoa, "lan@example.vn")
    assert ask(unit, hoa) == "hoa@example.vn"
    clock.advance(hours=1)
    assert ask(unit, lan) == "lan@example.vn"


def test_nothing_is_sent_where_nothing_waits(unit: UnitOfWork, lan: Actor) -> None:
    with unit.begin(SYSTEM) as work:
        vouch_for_address(work, lan.account_id)
        vouch_for_address(work, lan.account_id)
    assert ask(unit, lan) is None
    assert account_of(unit, lan).email_verified_by == VerifiedBy.ADMINISTRATOR
    assert (happened(unit, "AddressLinkAsked"), happened(unit, "AddressVerified")) == (0, 1)


def test_a_recovered_password_drops_an_address_that_waits(unit: UnitOfWork, lan: Actor) -> None:
    change(unit, lan, "moi@example.vn")
    with unit.begin(SYSTEM) as work:
        change_password(work, lan.account_id, "x", was=account_by_id(work, lan.account_id).password_hash, keep=None)
    assert account_of(unit, lan).new_email is None


def test_a_day_is_a_day() -> None:
    assert timedelta(days=1) == ADDRESS_LINK_LASTS
