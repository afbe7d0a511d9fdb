"""A mail to those who handle reports. It names the reference and the verdict, nothing of who told us or what."""

from __future__ import annotations

from pathlib import Path

from config.access import SYSTEM
from config.languages import PREFIXES, in_language
from config.mail import Mailer, MailTexts
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from registry.entries.codes import readable
from registry.suspicions.events import SuspicionTold
from registry.suspicions.models import Suspicion
from registry.suspicions.words import words_of
from registry.verification.contacts import AgencyContacts

TEXTS = MailTexts(Path(__file__).parent / "mail")


def send_suspicion(unit: UnitOfWork, event: SuspicionTold) -> None:
    """Tell the agency's officials, or those who run the installation where no agency is known."""
    settings, mailer = unit.tools[Settings], unit.tools[Mailer]
    with unit.begin(SYSTEM) as work:
        found = work.session.get_one(Suspicion, event.suspicion_id)
        readers = unit.tools[AgencyContacts].readers(work, found.agency)
    for reader in readers:
        values = {
            "site": in_language(settings.site.name, reader.language),
            "phone": settings.site.phone,
            "reference": found.reference,
            "words": words_of(found.finding)[reader.language],
            "code": readable(found.register_code) if found.register_code else "",
            "moment": f"{found.told_at.astimezone(settings.time_zone):%H:%M, %d/%m/%Y}",
            "link": f"{settings.public_url}{PREFIXES.get(reader.language, '')}/desk/reports/{found.id}",
            "trial": settings.trial,
        }
        mailer.send(TEXTS.mail("suspicion", reader.language, reader.email, **values), unit.clock.now())
