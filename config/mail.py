"""Mail: where it is handed over, and what a room's mails say. Sent from jobs, never while somebody waits for a page.

A mail is a text template beside the room's code, one for each language (`mail/welcome.vi.txt`): its first line is
the subject, the rest the body.
"""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2

from config.errors import Unavailable
from config.reader import Reader

if TYPE_CHECKING:
    from datetime import datetime

TIMEOUT = 30.0  # seconds; the job tries again
LINE_LIMIT = 200  # characters of a subject


class MailNotTaken(Unavailable):
    """The mail server could not be reached or did not take the mail; the job tries again."""


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over, and in whose name it is sent."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    starttls: bool
    sender: str
    built_in: bool  # ours of a trial, which delivers nothing and keeps every mail as a file


def read_mail(reader: Reader, trial: bool, port: int) -> MailServer:
    """The settings of mail; what is wrong with them is noted at the reader."""
    built_in = trial and not reader.given("SMTP_HOST")
    sender = reader.text("MAIL_FROM", "Antin <antin@localhost.example>" if trial else None)
    address = parseaddr(sender)[1]
    if sender and ("@" not in address or "\n" in sender or "\r" in sender):
        reader.problems.append(f"MAIL_FROM: must be an address or a name and an address, not {sender!r}.")
    password = reader.text("SMTP_PASSWORD", "")
    user = reader.text("SMTP_USER", "")
    if bool(user) != bool(password):
        reader.problems.append("SMTP_USER: must be set together with SMTP_PASSWORD, or neither.")
    starttls = reader.choice("SMTP_STARTTLS", "no" if built_in else "yes", ("yes", "no")) == "yes"
    if user and not starttls:
        reader.problems.append("SMTP_STARTTLS: must be yes when SMTP_USER is set; a password is not sent in the clear.")
    return MailServer(
        host=reader.text("SMTP_HOST", "127.0.0.1" if trial else None),
        port=reader.number("SMTP_PORT", port + 3 if built_in else 587, 1, 65535),
        user=user,
        password=password,
        starttls=starttls,
        sender=sender,
        built_in=built_in,
    )


@dataclass(frozen=True)
class Mail:
    """One mail to one person, as text."""

    to: str
    subject: str
    body: str


class MailTexts:
    """The templates of a room's mails."""

    def __init__(self, folder: Path) -> None:
        # Plain text: nothing to escape, and a missing value is an error.
        self._templates = jinja2.Environment(  # noqa: S701
            loader=jinja2.FileSystemLoader(folder),
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )

    def mail(self, name: str, language: str, to: str, /, **values: Any) -> Mail:
        """The mail `name` in a language."""
        subject, _, body = self._templates.get_template(f"{name}.{language}.txt").render(values).partition("\n")
        return Mail(to, " ".join(subject.split())[:LINE_LIMIT], body.lstrip("\n"))


class Mailer:
    """Hands mails over by SMTP."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    def send(self, mail: Mail, at: datetime) -> None:
        """Hand one mail over; raises `MailNotTaken`, whose text names neither the address nor the content."""
        message = EmailMessage()
        message["From"] = self._server.sender
        message["To"] = mail.to
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(at)
        message["Message-ID"] = make_msgid(domain=domain_of(self._server.sender))
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.body, cte="quoted-printable")
        try:
            self._hand_over(message)
        except (OSError, smtplib.SMTPException) as error:
            raise MailNotTaken(f"The mail server did not take a mail ({type(error).__name__}).") from None

    def _hand_over(self, message: EmailMessage) -> None:
        server = self._server
        name = domain_of(server.sender)  # not the machine's own, which is nobody's business
        with smtplib.SMTP(server.host, server.port, local_hostname=name, timeout=TIMEOUT) as connection:
            if server.starttls:
                connection.starttls(context=ssl.create_default_context())
            if server.user:
                connection.login(server.user, server.password)
            connection.send_message(message)


def domain_of(sender: str) -> str:
    """The domain in whose name mail is sent."""
    return parseaddr(sender)[1].rpartition("@")[2]
