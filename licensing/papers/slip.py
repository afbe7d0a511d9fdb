"""Giấy tiếp nhận hồ sơ và hẹn trả kết quả: what an applicant has in hand once an application is accepted.

Decree 118/2025/NĐ-CP and form 01 of Circular 03/2025/TT-VPCP (contents after form 01 of Circular 01/2018/TT-VPCP; not
verified by a lawyer). The service makes and signs it by itself, with its key of receipts:
1. in one transaction the number is reserved (found again by the application) and everything is read that it says,
2. outside any transaction it is typeset,
3. in one transaction the exact bytes are filed as a receipt; signing and level follow from that.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from config.access import SYSTEM
from config.settings import Settings
from config.typeset import Typesetter
from config.unit_of_work import UnitOfWork, Work
from licensing.accounts.queries import agency_by_code
from licensing.applications.canonical import canonical
from licensing.applications.events import ApplicationAccepted
from licensing.papers.models import AppointmentSlip
from licensing.papers.numbering import SLIP, paper_number, reserve_number
from licensing.papers.qr import qr_svg
from licensing.papers.slip_words import slip_words
from licensing.papers.typesetting import template_folder
from signing.receipts.file import file_receipt

KIND = "appointment slip"  # as receipts name it


def prepare_slip(unit: UnitOfWork, event: ApplicationAccepted) -> None:
    """Make the slip of an accepted application (reaction, as a job; may be run again)."""
    with unit.begin(SYSTEM) as work:  # 1
        slip = reserve_slip(work, event)
        if slip.receipt_id is not None:
            return
        data = slip_words(work, event.application_id, slip.number)
    document = compose_slip(unit, data, event.accepted_at)  # 2
    with unit.begin(SYSTEM) as work:  # 3
        slip = work.session.get_one(AppointmentSlip, event.application_id, with_for_update=True)
        if slip.receipt_id is None:
            slip.receipt_id = file_receipt(work, document, KIND, str(event.application_id))


def reserve_slip(work: Work, event: ApplicationAccepted) -> AppointmentSlip:
    """The slip with its number, of the year in which the application was accepted; a repeat finds it."""
    agency = agency_by_code(work, event.agency)
    year = event.accepted_at.astimezone(work.clock.zone).year
    found = work.session.get(AppointmentSlip, event.application_id)
    if found is not None:
        return found
    seq = reserve_number(work, agency.code, SLIP, year)
    # Another worker may have been quicker while this one waited for the counter: then its number is taken back.
    made = AppointmentSlip(
        application_id=event.application_id,
        agency=agency.code,
        year=year,
        seq=seq,
        number=paper_number(SLIP, seq, agency.symbol),
        reserved_at=work.clock.now(),
    )
    work.session.add(made)
    work.session.flush()
    return made


def compose_slip(unit: UnitOfWork, data: dict[str, Any], accepted_at: datetime) -> bytes:
    """The document as it is signed: PDF/A-3a, PDF/UA-1, with `slip.json` inside. Same words, same bytes."""
    settings = unit.tools[Settings]
    return unit.tools[Typesetter].typeset(
        template_folder(settings.data_folder),
        "slip.typ",
        data,
        at=accepted_at.astimezone(UTC).replace(microsecond=0),
        files={
            "slip.json": canonical({"schema": "antin.slip.v1", **data}).encode(),
            "qr.svg": qr_svg(data["reference"]),
        },
    )
