"""Small documents for tests: prepared, signed and sealed by the running processes."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from config.access import SYSTEM
from config.storage import Storage
from config.typeset import Typesetter
from config.unit_of_work import UnitOfWork
from signing.pades.blanks import Blank
from signing.pades.fields import Box, Labels, add_signature_fields
from signing.requests.complete import complete_signature
from signing.requests.file import Preparation, Stamps, file_request
from signing.requests.models import Role
from signing.requests.queries import get_request, signature_of
from signing.requests.seal import order_seal, seal_request
from signing.requests.sign import sign_request

PIN, SIGNATORY = "123456", "the signatory's account"
BOXES = ((300.0, 150.0, 520.0, 210.0), (280.0, 140.0, 380.0, 240.0))
TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set text(font: "Tinos", lang: "vi")
= #data.title
"""


def a_plain_document(unit: UnitOfWork, title: str = "Giấy phép ví dụ") -> bytes:
    """One typeset page."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "letter.typ").write_text(TEMPLATE)
        return unit.tools[Typesetter].typeset(Path(folder), "letter.typ", {"title": title}, at=unit.clock.now())


def a_base_document(unit: UnitOfWork, title: str = "Giấy phép ví dụ") -> bytes:
    """One page with both empty signature fields."""
    pdf = a_plain_document(unit, title)
    return add_signature_fields(pdf, Box(*BOXES[0]), Box(*BOXES[1]), Labels("Chữ ký", "Con dấu"))


def a_document_with_blanks(unit: UnitOfWork, title: str, names: Iterable[str]) -> bytes:
    """The same, with empty places for texts that the seal fills in."""
    longest = "000000/2026/ATTP-SVD ngày tháng năm"
    room = f'box(width: measure(text(kerning: false, "{longest}")).width + 1pt, height: 1em)'
    places = "\n\n".join(f'#context link("blank:{name}?style=regular&size=11", {room})' for name in names)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "letter.typ").write_text(TEMPLATE + places)
        pdf = unit.tools[Typesetter].typeset(Path(folder), "letter.typ", {"title": title}, at=unit.clock.now())
    blanks = {name: Blank(name, longest) for name in names}
    return add_signature_fields(pdf, Box(*BOXES[0]), Box(*BOXES[1]), Labels("Chữ ký", "Con dấu"), blanks)


def a_preparation(unit: UnitOfWork, subject: str = "decision 1", title: str = "Giấy phép ví dụ") -> Preparation:
    return Preparation(
        purpose="licence",
        subject=subject,
        agency="000.00.05.H99",
        document_sha256=unit.tools[Storage].put(a_base_document(unit, title)),
        summary="Giấy phép ví dụ số 1",
        on_behalf_of="Sở Ví Dụ",
        signatory=SIGNATORY,
        signatory_name="Phạm Ví Dụ",
        official_key="official-lanhdao",
        seal_key="seal-minhhoa",
        stamps=Stamps(*BOXES, "Sở Ví Dụ", "Bản thử nghiệm"),
        expires_on=unit.clock.today() + timedelta(days=1),
    )


def a_sealed_document(unit: UnitOfWork, subject: str = "decision 1", title: str = "Giấy phép ví dụ") -> bytes:
    """Signed by the official and sealed, each with its timestamp."""
    with unit.begin(SYSTEM) as work:
        request_id = file_request(work, a_preparation(unit, subject, title)).id
    sign_request(unit, request_id, SIGNATORY, PIN)
    complete_signature(unit, request_id, Role.OFFICIAL)
    seal_request(unit, request_id)
    return result_of(unit, request_id, Role.SEAL)


def a_numbered_document(unit: UnitOfWork, subject: str, filled: Mapping[str, str]) -> bytes:
    """Signed by the official while its blanks were empty; sealed with these texts in them."""
    base = unit.tools[Storage].put(a_document_with_blanks(unit, subject, list(filled)))
    with unit.begin(SYSTEM) as work:
        request_id = file_request(work, replace(a_preparation(unit, subject), document_sha256=base)).id
    sign_request(unit, request_id, SIGNATORY, PIN)
    complete_signature(unit, request_id, Role.OFFICIAL)
    with unit.begin(SYSTEM) as work:
        order_seal(work, request_id, filled)
    seal_request(unit, request_id)
    return result_of(unit, request_id, Role.SEAL)


def result_of(unit: UnitOfWork, request_id: UUID, role: Role) -> bytes:
    """The finished file of one signature."""
    with unit.begin(SYSTEM) as work:
        signature = signature_of(get_request(work, request_id), role)
    assert signature is not None
    assert signature.result_sha256 is not None
    return unit.tools[Storage].get(signature.result_sha256)


def work_off(unit: UnitOfWork) -> None:
    """Run jobs until none is due: what one job defers is done as well."""
    due = sa.text(
        "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()"
    )
    while True:
        unit.jobs.run_worker(unit, wait=False)
        with unit.begin(SYSTEM) as work:
            if not work.session.scalar(due):
                return


def altered(pdf: bytes) -> bytes:
    """The same file with one bit changed, in the middle of its longest stream (a font)."""
    found = max(re.finditer(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL), key=lambda match: len(match[1]))
    place = (found.start(1) + found.end(1)) // 2
    return pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]


def drawn_over(pdf: bytes) -> bytes:
    """The same file with one more revision, which lays a note over its first page."""
    writer: Any = IncrementalPdfFileWriter(BytesIO(pdf))
    page, written = writer.root["/Pages"]["/Kids"][0], BytesIO()
    note = generic.DictionaryObject()  # type: ignore[no-untyped-call]
    note[generic.pdf_name("/Type")] = generic.pdf_name("/Annot")
    note[generic.pdf_name("/Subtype")] = generic.pdf_name("/FreeText")
    note[generic.pdf_name("/Rect")] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 600, 800)))
    page["/Annots"] = generic.ArrayObject([*page["/Annots"], writer.add_object(note)])
    writer.update_container(page)
    writer.write(written)
    return written.getvalue()


def written_over(pdf: bytes, text: bytes = b"REVOKED BY NOBODY") -> bytes:
    """The same file with one more revision, which writes a line across its first page."""
    writer: Any = IncrementalPdfFileWriter(BytesIO(pdf))
    page, written = writer.root["/Pages"]["/Kids"][0], BytesIO()
    font = generic.DictionaryObject()  # type: ignore[no-untyped-call]
    for key, value in (("/Type", "/Font"), ("/Subtype", "/Type1"), ("/BaseFont", "/Helvetica-Bold")):
        font[generic.pdf_name(key)] = generic.pdf_name(value)
    page["/Resources"]["/Font"][generic.pdf_name("/FX")] = writer.add_object(font)
    line = writer.add_object(generic.StreamObject(stream_data=b"BT /FX 40 Tf 60 420 Td (%s) Tj ET" % text))
    before = page.raw_get("/Contents")
    parts = before if isinstance(before, generic.ArrayObject) else [before]
    page[generic.pdf_name("/Contents")] = generic.ArrayObject([*parts, line])
    writer.update_container(page)
    writer.update_container(page["/Resources"])
    writer.write(written)
    return written.getvalue()
