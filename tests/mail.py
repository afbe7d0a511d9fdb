"""Mail that tests receive from a real SMTP server."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from config.mailbox import serve_mailbox
from config.settings import Settings


def serve_trial_mailbox(settings: Settings) -> None:
    """The mail server of a trial, as `antin serve` starts it."""
    serve_mailbox(settings.mail.port, settings.mail_folder)


def mails(folder: Path) -> list[EmailMessage]:
    """What came, the first first."""
    found = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(folder.glob("*.eml"))]
    return [mail for mail in found if isinstance(mail, EmailMessage)]


def mails_to(folder: Path, address: str) -> list[EmailMessage]:
    """What came for one address."""
    return [mail for mail in mails(folder) if mail["To"] == address]
