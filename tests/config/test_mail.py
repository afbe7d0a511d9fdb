"""Mail reaches a real SMTP server as plain text, and nothing of it is told when it does not."""

from __future__ import annotations

import dataclasses
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.mail import Mail, Mailer, MailNotTaken, MailTexts
from config.processes import with_parent
from config.serve import module, takes_connections
from config.settings import Settings
from tests.mail import mails
from tests.processes import free_ports, wait_for

NOW = datetime(2026, 2, 12, 3, 0, tzinfo=UTC)
MAIL = Mail("chi@vidu.example", "Mật khẩu mới của Đỗ Thị Thử", "Kính gửi Ông/Bà,\n\n" + "một dòng rất dài " * 30 + "\n")


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """A trial's own mail server, as a process of its own."""
    found = Settings.from_environment({"DATA_FOLDER": str(tmp_path), "PORT": str(free_ports())})
    command = with_parent(module("config.mailbox", str(found.mail.port), str(found.mail_folder)))
    process = subprocess.Popen(command, cwd=Path(__file__).parent.parent.parent)
    try:
        wait_for(lambda: takes_connections(found.mail.port))
        yield found
    finally:
        process.terminate()
        assert process.wait(10) == 0


def test_a_mail_is_kept_as_it_was_written(settings: Settings) -> None:
    Mailer(settings.mail).send(MAIL, NOW)
    (mail,) = mails(settings.mail_folder)
    assert (mail["To"], mail["Subject"]) == (MAIL.to, MAIL.subject)
    assert mail.get_content_type() == "text/plain"
    assert str(mail.get_content()).replace("\r\n", "\n") == MAIL.body
    assert mail["Auto-Submitted"] == "auto-generated" and mail["Message-ID"]
    (path,) = settings.mail_folder.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert settings.mail_folder.stat().st_mode & 0o777 == 0o700


def test_a_server_that_is_not_there_is_told_without_the_address(settings: Settings) -> None:
    for change in ({"port": free_ports()}, {"starttls": True}):  # the trial's server knows no TLS
        mailer = Mailer(dataclasses.replace(settings.mail, **change))
        with pytest.raises(MailNotTaken) as caught:
            mailer.send(MAIL, NOW)
        assert "vidu" not in str(caught.value) and caught.value.__cause__ is None
    assert mails(settings.mail_folder) == []


def test_a_template_is_subject_and_body_and_nothing_is_added_to_the_head(tmp_path: Path) -> None:
    (tmp_path / "hello.vi.txt").write_text("Chào {{ name }}\n\nDòng {{ name }}\n", encoding="utf-8")
    mail = MailTexts(tmp_path).mail("hello", "vi", "a@b.example", name="Ai\nBcc: x@y.example <b>")
    assert mail.subject == "Chào Ai"
    assert "<b>" in mail.body
