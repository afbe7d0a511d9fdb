"""The paper of a certified print: the licence as it is, and what anybody is told who holds it."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pikepdf
import pytest
import zxingcpp
from PIL import Image, ImageChops

from config.access import SYSTEM, Actor
from config.settings import Settings
from config.typeset import Typesetter, TypesetterUnavailable
from licensing.documents.page_images import page_image
from licensing.licences.prints.compose import fetch_print, flattened
from licensing.licences.prints.errors import (
    PrintClosed,
    PrintNotYours,
)
from licensing.licences.prints.make_print import make_print
from registry.prints.errors import PrintNotFound
from registry.prints.models import CertifiedPrint
from registry.prints.queries import print_by_number
from tests.journeys.office import Office
from tests.licensing.licences.conftest import By, Issued, order, standing

ROOT = Path(__file__).parents[3]


def test_the_paper_has_the_pages_as_they_are_and_its_code_leads_to_its_number(
    office: Office, issued: Issued, by: By
) -> None:
    reception = by("tiepnhan")
    made = make_print(office.unit, reception, issued.application_id, order())
    name, paper = fetch_print(office.unit, reception, made.id)
    again = fetch_print(office.unit, reception, made.id)
    assert again == (name, paper)
    with office.unit.begin(SYSTEM) as work:
        number = work.session.get_one(CertifiedPrint, made.id).number
    assert name == f"{issued.code}-{number}.pdf"
    _, original = issued.story.published()
    with pikepdf.open(io.BytesIO(paper)) as pdf, pikepdf.open(io.BytesIO(original)) as licence:
        assert len(pdf.pages) == len(licence.pages) + 1
        assert "/AcroForm" not in pdf.Root
    drawn, as_issued = (Image.open(io.BytesIO(page_image(content, 1))).convert("L") for content in (paper, original))
    assert drawn.size == as_issued.size
    above = (0, 0, drawn.width, int(drawn.height * 0.95))  # below is the line in the margin
    gaps = ImageChops.difference(drawn.crop(above), as_issued.crop(above)).histogram()
    assert sum(gaps[90:]) < sum(gaps) / 10_000
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(page_image(paper, 2))))
    assert code.text.endswith(f"/l/{issued.code}?copy={number}")


def test_texts_of_people_are_no_markup_and_are_on_the_paper(office: Office, issued: Issued, by: By) -> None:
    odd = Actor(by("tiepnhan").id, "Seán #panic() *O’Brien* $x$ Đỗ", by("tiepnhan").permissions)
    made = make_print(office.unit, odd, issued.application_id, order())
    _, paper = fetch_print(office.unit, odd, made.id)
    with pikepdf.open(io.BytesIO(paper)) as pdf:
        assert len(pdf.pages) == 2


def test_a_flattened_copy_leaves_the_original_alone(issued: Issued) -> None:
    _, original = issued.story.published()
    before = bytes(original)
    assert flattened(original) == flattened(original)
    assert original == before


def test_the_paper_is_for_whoever_made_it_on_that_day(
    office: Office, issued: Issued, settings: Settings, by: By
) -> None:
    made = make_print(office.unit, by("tiepnhan"), issued.application_id, order())
    with pytest.raises(PrintNotYours):
        fetch_print(office.unit, by("vanthu"), made.id)
    yesterday = office.unit.clock.now() - timedelta(days=1)
    edited = standing(settings, CertifiedPrint, CertifiedPrint.id == made.id, printed_at=yesterday)
    with edited, pytest.raises(PrintClosed):
        fetch_print(office.unit, by("tiepnhan"), made.id)


def test_anybody_learns_of_a_number_that_it_was_made_and_nothing_of_people(
    office: Office, issued: Issued, by: By
) -> None:
    made = make_print(office.unit, by("tiepnhan"), issued.application_id, order())
    with office.unit.begin(SYSTEM) as work:
        found = work.session.get_one(CertifiedPrint, made.id)
        assert print_by_number(work, issued.code, found.number).id == made.id
        for wrong in (0, found.number + 100, 2**40):
            with pytest.raises(PrintNotFound):
                print_by_number(work, issued.code, wrong)
    client = office.app.test_client()
    answer = client.get(f"/v1/licences/{issued.code}/prints/{found.number}")
    assert set(answer.json or {}) == {"register_code", "number", "printed_at", "sheets"}
    assert client.get(f"/v1/licences/{issued.code}/prints/99999").status_code == 404
    page = {"Accept": "text/html"}
    known = client.get(f"/l/{issued.code}?copy={found.number}", headers=page).get_data(as_text=True)
    assert f"Bản giấy chuyển đổi số {found.number} của giấy phép này được in lúc" in known
    assert "Lý Thị Mẫu" not in known
    for text in ("99999", "0", "x", "-1", "1e9", "<b>"):
        unknown = client.get(f"/l/{issued.code}?copy={text}", headers=page)
        assert unknown.status_code == 200
        assert "không có bản giấy chuyển đổi số" in unknown.get_data(as_text=True)
        assert "<b>." not in unknown.get_data(as_text=True)
    assert 'id="copy"' not in client.get(f"/l/{issued.code}", headers=page).get_data(as_text=True)


def test_a_program_orders_lists_and_fetches(issued: Issued) -> None:
    reception = issued.story.by("tiepnhan")
    path = f"/v1/applications/{issued.application_id}/prints"
    sent = {"order_key": str(uuid4()), "recipient": "Ngân hàng Ví Dụ", "reason": "Yêu cầu tại quầy"}
    made, again = reception.post(path, sent), reception.post(path, sent)
    assert made == again
    assert reception.get(path)[0] == made
    content, _ = reception.send("GET", f"/v1/prints/{made['id']}/paper")
    assert content.startswith(b"%PDF-1.7")


def test_without_the_typesetter_a_print_stays_on_record_and_its_paper_comes_later(
    office: Office, issued: Issued, by: By
) -> None:
    reception, tools = by("tiepnhan"), office.unit.tools
    made = make_print(office.unit, reception, issued.application_id, order())
    working = tools[Typesetter]
    tools.add(Typesetter(Path("/nonexistent/typesetter.sock")))
    try:
        with pytest.raises(TypesetterUnavailable):
            fetch_print(office.unit, reception, made.id)
    finally:
        tools.add(working)
    assert fetch_print(office.unit, reception, made.id)[1].startswith(b"%PDF")
