"""The receipt and appointment slip: made of what is on record, numbered, signed by the service, handed to its owner."""

from __future__ import annotations

import json
from io import BytesIO
from uuid import UUID

import pikepdf
import pytest
from flask import Flask

from config.access import SYSTEM, Actor
from config.mail import Mailer
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from licensing.accounts.queries import account_by_id
from licensing.applications.errors import ApplicationNotFound
from licensing.applications.events import ApplicationAccepted
from licensing.applications.models import Application
from licensing.papers.errors import SlipNotFound, SlipNotSigned
from licensing.papers.models import AppointmentSlip
from licensing.papers.queries import slip_file, slip_of
from licensing.papers.send_slip import send_slip
from licensing.papers.slip import KIND, prepare_slip
from signing.pades.levels import Level, level_of
from signing.receipts.events import ReceiptSigned
from signing.receipts.sign import sign_receipt
from tests.licensing.factories import Cast, a_cast, a_submitted, an_accepted, an_applicant
from tests.licensing.fixtures import Browser
from tests.mail import mails_to
from tests.verapdf.check import faults


@pytest.fixture
def cast(live_unit: UnitOfWork) -> Cast:
    with live_unit.begin(SYSTEM) as work:
        return a_cast(work)


def accepted(unit: UnitOfWork, cast: Cast) -> ApplicationAccepted:
    with unit.begin(SYSTEM) as work:
        return event_of(an_accepted(work, cast))


def event_of(application: Application) -> ApplicationAccepted:
    assert application.accepted_at is not None and application.reference is not None
    return ApplicationAccepted(
        *(application.id, application.revision_id, application.agency, application.reference, application.accepted_at)
    )


def receipt_id_of(unit: UnitOfWork, application_id: UUID) -> UUID:
    with unit.begin(SYSTEM) as work:
        found = work.session.get_one(AppointmentSlip, application_id).receipt_id
    assert found is not None
    return found


def read(unit: UnitOfWork, actor: Actor, application_id: UUID) -> tuple[str, bytes]:
    with unit.begin(actor) as work:
        return slip_file(work, application_id)


def test_an_accepted_application_gets_a_slip_that_the_service_signs(live_unit: UnitOfWork, cast: Cast) -> None:
    event = accepted(live_unit, cast)
    with pytest.raises(SlipNotFound):
        read(live_unit, cast.applicant, event.application_id)
    prepare_slip(live_unit, event)
    prepare_slip(live_unit, event)
    with pytest.raises(SlipNotSigned):
        read(live_unit, cast.applicant, event.application_id)
    sign_receipt(live_unit, receipt_id_of(live_unit, event.application_id))
    for actor in (cast.applicant, cast.case_officer):
        name, content = read(live_unit, actor, event.application_id)
    assert name == "giay-tiep-nhan-1-TNHS.pdf" and level_of(content) is Level.B_LTA
    with live_unit.begin(SYSTEM) as work:
        stranger = an_applicant(work, "Người Lạ")
    with pytest.raises(ApplicationNotFound):
        read(live_unit, stranger, event.application_id)
    with pikepdf.open(BytesIO(content)) as document, document.open_metadata() as metadata:
        assert metadata.pdfa_status == "3A"
        said = json.loads(document.attachments["slip.json"].get_file().read_bytes())
    assert faults(content, "3a") == faults(content, "ua1") == []
    assert (said["number"], said["reference"], said["trial"] is not None) == ("1/TNHS", event.reference, True)
    assert said["receiver"] and said["documents"] and said["due"] and said["sets"]


def test_numbers_of_an_agency_follow_each_other_without_a_gap(live_unit: UnitOfWork, cast: Cast) -> None:
    events = [accepted(live_unit, cast) for _ in range(2)]
    for event in reversed(events):
        prepare_slip(live_unit, event)
    with live_unit.begin(cast.case_officer) as work:
        slips = [slip_of(work, event.application_id) for event in events]
    assert [slip.number for slip in slips if slip] == ["2/TNHS", "1/TNHS"]


def test_an_application_that_is_not_accepted_has_none(live_unit: UnitOfWork, cast: Cast) -> None:
    with live_unit.begin(SYSTEM) as work:
        application = a_submitted(work, cast)
    with live_unit.begin(cast.applicant) as work:
        assert slip_of(work, application.id) is None


def test_the_api_tells_of_a_slip_and_gives_it_to_whom_it_concerns(
    live_unit: UnitOfWork, app: Flask, browser: Browser, cast: Cast
) -> None:
    app.extensions["unit_of_work"] = live_unit
    event = accepted(live_unit, cast)
    path = f"/applications/{event.application_id}/slip"
    assert browser.as_(cast.applicant).get(path).status_code == 404
    prepare_slip(live_unit, event)
    assert browser.get(path).json["state"] == "filed"
    assert browser.get(f"{path}/file").status_code == 409
    sign_receipt(live_unit, receipt_id_of(live_unit, event.application_id))
    assert browser.get(path).json["state"] == "signed"
    file = browser.get(f"{path}/file")
    assert file.data.startswith(b"%PDF") and file.content_type == "application/pdf"


def test_the_mail_names_the_slip_and_where_it_is(live_unit: UnitOfWork, settings: Settings, cast: Cast) -> None:
    event = accepted(live_unit, cast)
    prepare_slip(live_unit, event)
    live_unit.tools.add(Mailer(settings.mail))
    send_slip(live_unit, ReceiptSigned(receipt_id_of(live_unit, event.application_id), KIND, str(event.application_id)))
    with live_unit.begin(SYSTEM) as work:
        account = account_by_id(work, cast.applicant.account_id)
    mail = mails_to(settings.mail_folder, account.email)[-1]
    body = mail.get_content()
    assert event.reference in mail["Subject"]
    assert "1/TNHS" in body and f"{settings.public_url}/applications/{event.application_id}" in body
