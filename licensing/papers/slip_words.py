"""Everything that an appointment slip says, in Vietnamese, from what is on record of the application."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from config.languages import translated
from config.settings import Settings
from config.unit_of_work import Work
from licensing.accounts.models import Account
from licensing.accounts.queries import account_by_id, agency_by_code, organisation_by_id
from licensing.applications.models import Application
from licensing.applications.queries import application_by_id, latest_submission
from licensing.catalogue.package import Definition
from licensing.catalogue.queries import package_of
from licensing.catalogue.terms import Period
from licensing.catalogue.words import period
from licensing.deadlines.models import ClockEvent
from licensing.deadlines.queries import time_limit_of
from licensing.fees.queries import charges_of

TRIAL = {"vi": "Bản thử nghiệm – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ", "en": "Trial copy – no legal value"}
UNKNOWN = "–"


def slip_words(work: Work, application_id: UUID, number: str) -> dict[str, Any]:
    """What the template is given; the time limit and the fees were settled when the application was accepted."""
    application, settings = application_by_id(work, application_id), work.tools[Settings]
    if application.accepted_at is None or application.reference is None:
        raise LookupError("A slip is made of an accepted application.")
    definition, limit = package_of(work, application.revision_id).definition, time_limit_of(work, application_id)
    agency = agency_by_code(work, application.agency)
    received, due = (at.astimezone(work.clock.zone) for at in (application.accepted_at, limit.due_at))
    return {
        "agency": {"name": agency.name_vi, "superior": agency.superior_name or None, "place": agency.place_name},
        "number": number,
        "issued_on": received.date().isoformat(),
        "reference": application.reference,
        "applicant": _applicant(work, application),
        "procedure": definition.title.vi,
        "procedure_code": definition.code,
        "documents": _documents(work, application_id, definition),
        "sets": definition.sets,
        "time_limit": translated(period(Period(definition.time_limit.value, definition.time_limit.unit)), "vi"),
        "received": _moment(received),
        "due": _moment(due),
        "fees": _fees(work, application_id, definition),
        "return_at": f"{agency.name_vi}, {agency.address}",
        "phone": agency.phone,
        "receiver": _receiver(work, application_id),
        "site": settings.site.name["vi"],
        "follow_at": f"{settings.public_url}/applications/{application_id}",
        "check_at": f"{settings.public_url}/verify",
        "trial": TRIAL if settings.trial else None,
    }


def _applicant(work: Work, application: Application) -> dict[str, str]:
    """The organisation that is applied for, with who filed; or that person."""
    person = account_by_id(work, application.applicant_id)
    body = organisation_by_id(work, application.organisation_id) if application.organisation_id else None
    return {
        "name": body.name if body else person.name,
        "tax_code": body.tax_code if body else "",
        "person": person.name if body else "",
        "phone": person.phone or UNKNOWN,
        "email": person.email,
    }


def _documents(work: Work, application_id: UUID, definition: Definition) -> list[dict[str, Any]]:
    """What was handed in last, a line for each document of the procedure, in its order."""
    submission = latest_submission(work, application_id)
    counts = Counter(item["document"] for item in submission.attachments) if submission else Counter[str]()
    rows = [(item.name.vi, counts.pop(item.id)) for item in definition.documents if item.id in counts]
    rows += sorted(counts.items())
    return [{"name": name, "count": count} for name, count in rows]


def _fees(work: Work, application_id: UUID, definition: Definition) -> Sequence[dict[str, Any]]:
    names = {fee.id: fee.name.vi for fee in definition.fees}
    return [{"name": names.get(item.fee, item.fee), "vnd": item.vnd} for item in charges_of(work, application_id)]


def _receiver(work: Work, application_id: UUID) -> str:
    """The official who accepted it: the clock was started by nobody else."""
    query = sa.select(ClockEvent.actor).where(ClockEvent.application_id == application_id, ClockEvent.kind == "started")
    actor = work.session.scalar(query)
    try:
        account = work.session.get(Account, UUID(actor)) if actor else None
    except ValueError:  # the system itself, in old data
        return ""
    return account.name if account else ""


def _moment(at: datetime) -> str:
    """As the form has it: 10 giờ 05 phút, ngày 12 tháng 02 năm 2026."""
    month = f"{at.month:02}" if at.month < 3 else f"{at.month}"
    return f"{at.hour:02} giờ {at.minute:02} phút, ngày {at.day:02} tháng {month} năm {at.year}"
