"""The mail that names a signed appointment slip, sent by a job. One that is cut off may be sent twice."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from config.access import SYSTEM
from config.events import only_where
from config.languages import PREFIXES, in_language
from config.mail import Mailer, MailTexts
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from licensing.accounts.queries import account_by_id
from licensing.applications.queries import application_by_id
from licensing.catalogue.queries import package_of
from licensing.deadlines.queries import time_limit_of
from licensing.papers.models import AppointmentSlip
from licensing.papers.slip import KIND
from signing.receipts.events import ReceiptSigned

TEXTS = MailTexts(Path(__file__).parent / "mail")


@only_where(lambda event: event.kind == KIND and not event.anew)
def send_slip(unit: UnitOfWork, event: ReceiptSigned) -> None:
    """Tell the applicant that the application is accepted, by when the result is there, and where the slip is."""
    settings, application_id = unit.tools[Settings], UUID(event.subject)
    with unit.begin(SYSTEM) as work:
        application = application_by_id(work, application_id)
        account = account_by_id(work, application.applicant_id)
        title = package_of(work, application.revision_id).definition.title
        slip = work.session.get_one(AppointmentSlip, application_id)
        due, now = time_limit_of(work, application_id).due_on, work.clock.now()
    if not account.active:
        return
    language = account.language
    values = {
        "name": account.name,
        "procedure": in_language({"vi": title.vi, "en": title.en}, language),
        "reference": application.reference,
        "number": slip.number,
        "due": f"{due:%d/%m/%Y}",
        "link": f"{settings.public_url}{PREFIXES.get(language, '')}/applications/{application_id}",
        "site": in_language(settings.site.name, language),
        "phone": settings.site.phone,
        "trial": settings.trial,
    }
    unit.tools[Mailer].send(TEXTS.mail("slip", language, account.email, **values), now)
