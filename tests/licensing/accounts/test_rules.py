"""What accounts accept, and how long one waits."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime, timedelta

import pytest

from config.origin import network_of
from licensing.accounts import roles
from licensing.accounts.errors import DetailsNotAccepted, PasswordTooWeak, PeriodBackwards
from licensing.accounts.rules import (
    check_address,
    check_login,
    check_password,
    check_period,
    folded,
    overlap,
    visible_line,
    wait_for_account,
    wait_for_network,
)
from licensing.catalogue import terms

NOW = datetime(2026, 2, 12, 3, 0, tzinfo=UTC)


def test_logins_that_look_the_same_are_the_same() -> None:
    assert folded("Đặng@Example.VN") == folded(unicodedata.normalize("NFD", "đặng@example.vn"))
    assert folded("ﬁ＠example.vn") == "fi@example.vn"


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "'; DROP TABLE accounts; --", "Nguyễn Thị Ánh"])
def test_a_name_is_text_whatever_it_looks_like(name: str) -> None:
    assert visible_line(name, "name", 200) == name


@pytest.mark.parametrize("name", ["", " ", "a\nb", "a\x00b", "ab\u202edc", "a\u200bb", "\ud800", "a" * 201])
def test_a_name_that_hides_something_is_refused(name: str) -> None:
    with pytest.raises(DetailsNotAccepted):
        visible_line(name, "name", 200)


@pytest.mark.parametrize("email", ["", "a", "@b.vn", "a@", "a@b", "a@b@c.vn", "a b@c.vn", "a\x00@c.vn", "a\u202e@c.vn"])
def test_what_cannot_be_an_address_is_refused(email: str) -> None:
    with pytest.raises(DetailsNotAccepted):
        check_address(email)


@pytest.mark.parametrize("login", ["", "a", "a@b.vn", "lê", "a b", "a" * 65])
def test_a_login_of_an_official_is_never_an_address(login: str) -> None:
    with pytest.raises(DetailsNotAccepted):
        check_login(login)
    assert check_login("Le.Lan-2") == "le.lan-2"


@pytest.mark.parametrize(
    "password",
    [
        "ngắn",
        unicodedata.normalize("NFD", "một mật kh"),  # ten letters, more signs
        "abababababababab",
        "lan.nguyen@example.vn",
        "LAN.NGUYEN@example.vn1",
        "Nguyễn Thị Lan",
        "đ" * 5 + "a" * 200,
    ],
)
def test_a_password_that_is_short_or_easy_to_guess_is_refused(password: str) -> None:
    with pytest.raises(PasswordTooWeak):
        check_password(password, "lan.nguyen@example.vn", "Nguyễn Thị Lan")


def test_a_long_phrase_is_a_good_password() -> None:
    check_password("bốn con trâu đi qua cầu", "lan.nguyen@example.vn", "Nguyễn Thị Lan")
    check_password("bốn con trâu " * 9, "lan.nguyen@example.vn")


def test_periods_share_a_day_when_both_include_it() -> None:
    first, second, third = date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 3)
    assert overlap((first, second), (second, third)) and overlap((first, None), (third, None))
    assert not overlap((first, first), (second, None)) and not overlap((third, None), (first, second))
    check_period(first, first)
    with pytest.raises(PeriodBackwards):
        check_period(second, first)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (None, "unknown"),
        ("'; --", "unknown"),
    ],
)
def test_what_one_customer_can_have_is_counted_as_one(address: str | None, network: str) -> None:
    assert network_of(address) == network


def test_the_wait_doubles_to_a_quarter_of_an_hour_and_no_further() -> None:
    waits = [wait_for_account([NOW] * count, NOW) for count in range(13)]
    assert waits == [0] * 5 + [30, 60, 120, 240, 480, 900, 900, 900]
    assert wait_for_account([NOW - timedelta(seconds=29.5)] * 5, NOW) == 1


def test_a_network_waits_until_its_oldest_attempt_leaves_the_window() -> None:
    attempts = [NOW - timedelta(seconds=10), NOW - timedelta(seconds=5), NOW]
    assert wait_for_network(attempts, 4, timedelta(seconds=60), NOW) == 0
    assert wait_for_network(attempts, 3, timedelta(seconds=60), NOW) == 50
    assert wait_for_network(attempts, 2, timedelta(seconds=60), NOW) == 55


def test_every_role_has_its_permissions_and_procedures_know_no_other_role() -> None:
    assert set(roles.PERMISSIONS) == set(roles.Role)
    assert {role.value for role in terms.Role} <= {role.value for role in roles.Role}
    assert frozenset().union(*roles.PERMISSIONS.values()) | roles.APPLICANTS == roles.ALL


def test_who_runs_the_installation_decides_nothing_in_it() -> None:
    assert not roles.PERMISSIONS[roles.Role.ADMINISTRATOR] & {roles.DECIDE, roles.SEAL, roles.EXAMINE, roles.RECEIVE}
