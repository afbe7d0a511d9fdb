"""The paper of a certified print: the pages of the licence as they are, a line in each margin, one sheet to certify it.

Decree 137/2024/NĐ-CP, art. 5, asks for a mark in words, the system and its owner, the link or look-up code, the time,
and the full name of who made it. The original is read and never written: its pages are drawn into a new document.
"""

from __future__ import annotations

import io
import warnings
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pikepdf

from config.access import Actor
from config.settings import Settings
from config.storage import Storage
from config.typeset import Typesetter
from config.unit_of_work import UnitOfWork
from licensing.licences.layout import TRIAL
from licensing.licences.prints.events import PrintFetched
from licensing.licences.prints.queries import PrintToFetch, print_to_fetch
from licensing.papers.qr import qr_svg
from licensing.papers.typesetting import template_folder
from registry.entries.codes import readable

TEMPLATES = Path(__file__).parent / "typst"
PLAIN_PDF = ("1.7",)  # to be printed: what is kept for good is the original


def fetch_print(unit: UnitOfWork, actor: Actor, print_id: UUID) -> tuple[str, bytes]:
    """A name for the file, and the PDF to be printed; raises as `print_to_fetch` does. That it was had is recorded."""
    with unit.begin(actor) as work:
        found = print_to_fetch(work, print_id)
    content = compose_print(unit, found)
    with unit.begin(actor) as work:
        work.record(PrintFetched(print_id, found.record.application_id))
    return f"{found.entry.register_code}-{found.made.number}.pdf", content


def compose_print(unit: UnitOfWork, found: PrintToFetch) -> bytes:
    """The same rows and the same original give the same bytes."""
    settings = unit.tools[Settings]
    flat, pages = flattened(unit.tools[Storage].get(found.made.document_sha256))
    data = print_data(found, settings, pages)
    return unit.tools[Typesetter].typeset(
        template_folder(settings.data_folder, TEMPLATES),
        "print.typ",
        data,
        at=found.made.printed_at,
        files={"licence.pdf": flat, "qr.svg": qr_svg(data["verify_at"])},
        standards=PLAIN_PDF,
    )


def flattened(original: bytes) -> tuple[bytes, list[list[float]]]:
    """A copy whose signature stamps are drawn into the pages, as on screen; and the size of each page in points."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(original)) as pdf, warnings.catch_warnings():
        warnings.simplefilter("ignore", pikepdf.PageCopyWarning)  # fields without anything to see
        pdf.flatten_annotations("all")
        for page in pdf.pages:
            if "/Annots" in page:
                del page["/Annots"]
        if "/AcroForm" in pdf.Root:
            del pdf.Root["/AcroForm"]
        sizes = [_size(page) for page in pdf.pages]
        pdf.save(out, deterministic_id=True)
    return out.getvalue(), sizes


def _size(page: pikepdf.Page) -> list[float]:
    left, bottom, right, top = (float(edge) for edge in page.cropbox)
    size = [right - left, top - bottom]
    return size[::-1] if int(page.obj.get("/Rotate", 0)) % 180 else size


def print_data(found: PrintToFetch, settings: Settings, pages: list[list[float]]) -> dict[str, Any]:
    """What the template is given: texts of rows and settings, and nothing of them is markup."""
    entry, made, record = found.entry, found.made, found.record
    return {
        "pages": pages,
        "number": made.number,
        "sheets": made.sheets,
        "printed_at": _moment(made.printed_at, settings.time_zone),
        "name": record.name,
        "system": settings.site.name,
        "owner": settings.site.owner,
        "title": dict(entry.title),
        "licence_number": entry.number,
        "agency": dict(entry.agency_name),
        "issued_on": entry.issued_on.isoformat(),
        "valid_until": entry.valid_until.isoformat() if entry.valid_until else None,
        "register_code": readable(entry.register_code),
        "verify_at": f"{settings.public_url}/l/{entry.register_code}?copy={made.number}",
        "sha256": made.document_sha256,
        "trial": TRIAL if settings.trial else None,
    }


def _moment(at: datetime, zone: ZoneInfo) -> str:
    """As the law writes times of electronic acts: `2026-11-24T14:05:09+07:00` (ISO 8601)."""
    return at.astimezone(zone).isoformat(timespec="seconds")
