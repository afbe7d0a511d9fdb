"""Mails about one's account: in one's language, to one's own address, with a link that is made when it is written."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient

import licensing.reactions
from config.access import SYSTEM
from config.mail import Mail, Mailer
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from licensing.accounts import events, send_mail
from licensing.accounts.close_account import close_account
from licensing.accounts.models import Account
from licensing.accounts.register import register_applicant
from licensing.accounts.verify_address import vouch_for_address
from tests.licensing.accounts.conftest import PASSWORD, Department

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


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_mails_of_an_address_go_where_they_belong(
    unit: UnitOfWork, sent: list[Mail], settings: Settings, language: str
) -> None:
    with unit.begin(SYSTEM) as work:
        lan = register_applicant(work, name="Lê Lan", email="lan@x.vn", password=PASSWORD, language=language)
        assert lan is not None
        register_applicant(work, name="Hoa", email="hoa@x.vn", password=PASSWORD)

    def mails(new: str | None, event: object) -> list[tuple[str, str]]:
        with unit.begin(SYSTEM) as work:
            work.session.get_one(Account, lan).new_email = new
        sent.clear()
        for send in licensing.reactions.REACTIONS[type(event)].afterwards:  # type: ignore[index]
            send(unit, event)
        for mail in sent:
            assert settings.site.name[language] in mail.subject and not re.search(r"\{\{|\n\n\n", mail.body)
            for address in re.findall(r"https?://\S+", mail.body):
                assert address.startswith(settings.public_url + ("/en/" if language == "en" else "/"))
        return [(mail.to, "link" if "/confirm-address/" in mail.body else "word") for mail in sent]

    assert mails(None, events.ApplicantRegistered(lan)) == [("lan@x.vn", "link")]
    assert mails(None, events.AddressLinkAsked(lan)) == [("lan@x.vn", "link")]
    # while the present address is not verified, nobody knows who reads there: only the new one is written to
    assert mails("moi@x.vn", events.AddressChangeAsked(lan)) == [("moi@x.vn", "link")]
    assert mails("hoa@x.vn", events.AddressChangeAsked(lan)) == [("hoa@x.vn", "word")]
    assert "Lan" not in sent[0].body and "lan@x.vn" not in sent[0].body
    with unit.begin(SYSTEM) as work:
        vouch_for_address(work, lan)
    assert mails("moi@x.vn", events.AddressChangeAsked(lan)) == [("moi@x.vn", "link"), ("lan@x.vn", "word")]
    assert "moi@x.vn" not in sent[1].body
    assert mails(None, events.AddressLinkAsked(lan)) == []


def test_the_link_of_the_first_mail_is_good(
    unit: UnitOfWork, visitor: FlaskClient, sent: list[Mail], settings: Settings
) -> None:
    with unit.begin(SYSTEM) as work:
        lan = register_applicant(work, name="Lê Lan", email="lan@x.vn", password=PASSWORD)
    assert lan is not None
    send_mail.send_welcome(unit, events.ApplicantRegistered(lan))
    found = re.search(r"https?://\S+/confirm-address/\S+", sent[0].body)
    assert found
    assert "lan@x.vn" in visitor.get(found[0].removeprefix(settings.public_url)).text


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
