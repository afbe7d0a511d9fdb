"""Mails about one's account: in one's language, to one's own address, with a link that is made when it is written."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from config.access import SYSTEM
from config.mail import Mail, Mailer
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from licensing.accounts import events, send_mail
from licensing.accounts.close_account import close_account
from licensing.accounts.models import Account
from tests.licensing.accounts.conftest import Department

KINDS = [
    (send_mail.send_welcome, events.ApplicantRegistered),
    (send_mail.send_registered_before, events.RegistrationRepeated),
    (send_mail.send_recovery_link, events.RecoveryAsked),
    (send_mail.send_password_notice, events.PasswordChanged),
]


@pytest.fixture
def sent(unit: UnitOfWork, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> list[Mail]:
    found: list[Mail] = []
    monkeypatch.setattr(Mailer, "send", lambda self, mail, at: found.append(mail))
    unit.tools.add(settings)
    unit.tools.add(Mailer(settings.mail))
    return found


def write(unit: UnitOfWork, account_id: UUID, language: str) -> None:
    with unit.begin(SYSTEM) as work:
        work.session.get_one(Account, account_id).language = language


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("send", "event"), KINDS)
def test_each_mail_is_there_in_each_language(
    unit: UnitOfWork, department: Department, sent: list[Mail], settings: Settings, send: object, event: object,
    language: str,
) -> None:  # fmt: skip
    write(unit, department.director, language)
    send(unit, event(department.director))  # type: ignore[operator]
    (mail,) = sent
    assert mail.to == "binh@snnmt.example"
    assert settings.site.name[language] in mail.subject
    assert "Trần Văn Bình" in mail.body and settings.site.phone in mail.body
    for address in re.findall(r"https?://\S+", mail.body):
        assert address.startswith(settings.public_url + ("/en/" if language == "en" else "/"))
    assert ("Kính gửi" in mail.body) == (language == "vi")
    assert not re.search(r"\{\{|\}\}|\n\n\n", mail.body)


def test_the_link_of_the_mail_is_good(
    unit: UnitOfWork, visitor: FlaskClient, sent: list[Mail], settings: Settings, department: Department
) -> None:
    send_mail.send_recovery_link(unit, events.RecoveryAsked(department.director))
    found = re.search(r"https?://\S+/forgotten-password/\S+", sent[0].body)
    assert found
    assert visitor.get(found[0].removeprefix(settings.public_url)).status_code == 200


def test_a_closed_account_gets_no_mail(unit: UnitOfWork, department: Department, sent: list[Mail]) -> None:
    with unit.begin(SYSTEM) as work:
        close_account(work, department.director)
    for send, event in KINDS:
        send(unit, event(department.director))  # type: ignore[operator]
    assert sent == []
