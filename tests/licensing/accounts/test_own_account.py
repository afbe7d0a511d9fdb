"""Registering, and looking after one's own account."""

from __future__ import annotations

import unicodedata

import pytest
from flask.testing import FlaskClient

from config.clock import FrozenClock
from config.unit_of_work import UnitOfWork
from licensing.accounts.models import Account, SignInSession
from licensing.accounts.rules import FREE_FAILURES
from licensing.accounts.sign_in import sign_in
from tests.licensing.accounts.conftest import PASSWORD, Department
from tests.licensing.accounts.visiting import NEW, OURS, enter, happened, post, rows
from tests.quick_passwords import AS_SERVED


def test_changing_the_password_ends_the_other_sessions_and_is_told_by_mail(
    visitor: FlaskClient, unit: UnitOfWork
) -> None:
    enter(visitor)
    other = sign_in(unit, "binh.tran", PASSWORD, "192.0.2.9")
    fields = {"password": PASSWORD, "new_password": NEW, "new_password_confirm": NEW}
    response = post(visitor, "/account/password", "/account/password", **fields)
    assert (response.status_code, response.location) == (303, "/account?done=password")
    assert len(response.headers.getlist("Set-Cookie")) == 0
    assert visitor.get("/account").status_code == 200
    assert [row.ended_at is not None for row in rows(unit, SignInSession, id=other.session_id)] == [True]
    assert happened(unit, "PasswordChanged") == 1
    assert not AS_SERVED.check_needs_rehash(rows(unit, Account, login="binh.tran")[0].password_hash)
    assert sign_in(unit, "binh.tran", unicodedata.normalize("NFD", NEW), "192.0.2.9")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"password": "wrong"}, "Mật khẩu không đúng"),
        ({"new_password": "ngắn", "new_password_confirm": "ngắn"}, "Mật khẩu có ít nhất 12 ký tự"),
        ({"new_password_confirm": "khác hẳn nhau"}, "Hai mật khẩu không giống nhau"),
        ({"new_password": PASSWORD, "new_password_confirm": PASSWORD}, "Mật khẩu mới phải khác"),
        ({"new_password": "aaaaaaaaaaaaaa", "new_password_confirm": "aaaaaaaaaaaaaa"}, "lặp lại"),
        ({"new_password": "binh.tran1234", "new_password_confirm": "binh.tran1234"}, "lấy từ tên"),
    ],
)
def test_a_new_password_that_cannot_be_is_refused_at_its_field(
    visitor: FlaskClient, unit: UnitOfWork, fields: dict[str, str], said: str
) -> None:
    enter(visitor)
    given = {"password": PASSWORD, "new_password": NEW, "new_password_confirm": NEW} | fields
    response = post(visitor, "/account/password", "/account/password", **given)
    assert response.status_code == 422
    assert said in response.text
    assert happened(unit, "PasswordChanged") == 0


def test_guessing_the_present_password_is_counted(visitor: FlaskClient, clock: FrozenClock) -> None:
    enter(visitor)
    clock.advance(seconds=1)
    given = {"password": "wrong", "new_password": NEW, "new_password_confirm": NEW}
    statuses = [
        post(visitor, "/account/password", "/account/password", **given).status_code for _ in range(FREE_FAILURES + 1)
    ]
    assert statuses == [422] * FREE_FAILURES + [429]


NEWCOMER = {
    "name": "Nguyễn Thị Mẫu", "email": "mau@vidu.example", "phone": "0912 345 678", "password": NEW,
    "password_again": NEW, "organisation": "Công ty Thử", "tax_code": "0100000001",
}  # fmt: skip


def test_an_applicant_registers_and_signs_in(visitor: FlaskClient, unit: UnitOfWork) -> None:
    response = visitor.post("/en/register?next=/en/account", data=NEWCOMER, headers=OURS)
    assert (response.status_code, response.location) == (303, "/en/registered?next=/en/account")
    assert visitor.get(response.location).status_code == 200
    (account,) = rows(unit, Account, email="mau@vidu.example")
    assert (account.name, account.language) == ("Nguyễn Thị Mẫu", "en")
    assert enter(visitor, NEW, "mau@vidu.example").status_code == 303
    assert "Công ty Thử" in visitor.get("/account").text


def test_registering_again_answers_alike_and_tells_the_owner(visitor: FlaskClient, unit: UnitOfWork) -> None:
    first = visitor.post("/register", data=NEWCOMER, headers=OURS)
    again = visitor.post(
        "/register", data=NEWCOMER | dict.fromkeys(["password", "password_again"], "x" + NEW), headers=OURS
    )
    assert (again.status_code, again.location) == (first.status_code, first.location)
    assert (happened(unit, "ApplicantRegistered"), happened(unit, "RegistrationRepeated")) == (1, 1)


def test_all_faults_are_told_at_once_and_what_was_typed_is_kept(visitor: FlaskClient, unit: UnitOfWork) -> None:
    given = {"name": "", "email": "<b>kein", "phone": "x", "password": "ngắn", "tax_code": "12"}
    response = visitor.post("/register", data=given, headers=OURS)
    assert response.status_code == 422
    assert response.text.count("govuk-error-message") == 6
    assert 'value="&lt;b&gt;kein"' in response.text and "ngắn" not in response.text
    assert rows(unit, Account, kind="applicant") == []


def test_an_own_account_shows_its_sessions_and_ends_one(visitor: FlaskClient, unit: UnitOfWork) -> None:
    enter(visitor)
    other = sign_in(unit, "binh.tran", PASSWORD, "192.0.2.9", "Mozilla/5.0 (X11) Gecko Firefox/140.0")
    page = visitor.get("/account")
    assert "Firefox" in page.text and "10:00, 12/02/2026" in page.text
    assert post(visitor, f"/account/sessions/{other.session_id}/end").location == "/account?done=session"
    assert post(visitor, f"/account/sessions/{other.session_id}/end").status_code == 404
    assert "Firefox" not in visitor.get("/account").text


def test_the_language_of_mails_is_chosen(visitor: FlaskClient, unit: UnitOfWork, department: Department) -> None:
    enter(visitor)
    assert post(visitor, "/account/language", language="en").location == "/account?done=language"
    assert post(visitor, "/account/language", language="xx").status_code == 422
    assert rows(unit, Account, id=department.director)[0].language == "en"


def test_every_other_browser_is_signed_out_at_once_and_this_one_goes_on(visitor: FlaskClient, unit: UnitOfWork) -> None:
    enter(visitor)
    others = [sign_in(unit, "binh.tran", PASSWORD, "192.0.2.9").session_id for _ in range(2)]
    response = post(visitor, "/account/sessions/others/end", "/account")
    assert (response.status_code, response.location) == (303, "/account?done=sessions")
    assert all(rows(unit, SignInSession, id=other)[0].ended_at for other in others)
    shown = visitor.get("/account?done=sessions").text
    assert "Đã đăng xuất tất cả trình duyệt khác." in shown
    assert "/account/sessions/others/end" not in shown  # this browser is the only one
