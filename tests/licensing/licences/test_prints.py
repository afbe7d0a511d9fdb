"""Certified prints: numbered without a gap, once for each order, of licences in force alone, on a log nobody edits."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pikepdf
import pytest
import sqlalchemy as sa
import zxingcpp
from hypothesis import HealthCheck, given, settings, strategies
from PIL import Image, ImageChops
from sqlalchemy.exc import ProgrammingError

from config.access import SYSTEM, Actor
from config.settings import Settings
from licensing.applications.errors import ApplicationNotFound
from licensing.documents.page_images import page_image
from licensing.licences.prints.compose import fetch_print, flattened
from licensing.licences.prints.errors import (
    LicenceNotIssued,
    PrintClosed,
    PrintIncomplete,
    PrintNotAllowed,
    PrintNotYours,
    PrintOrderTaken,
)
from licensing.licences.prints.make_print import make_print
from licensing.licences.prints.models import PrintRecord
from licensing.licences.prints.queries import prints_of
from licensing.licences.prints.rules import LONGEST_REASON, PrintOrder, checked
from registry.entries.models import Paper
from registry.prints.errors import LicenceNotInForce, PrintNotFound
from registry.prints.models import CertifiedPrint
from registry.prints.queries import print_by_number
from registry.prints.record_print import NOT_IN_FORCE
from registry.verification import by_code
from registry.verification.errors import EvidencePending
from registry.verification.result import Finding
from tests.journeys.office import Office
from tests.licensing.licences.conftest import APPLICANT_EMAIL, By, Issued, issue, standing


def order(key: UUID | None = None, recipient: str = "Ngân hàng Ví Dụ", reason: str = "Yêu cầu tại quầy") -> PrintOrder:
    return PrintOrder(key or uuid4(), recipient, reason)


def numbers(office: Office, issued: Issued) -> list[int]:
    """The numbers of all prints of the licence."""
    query = sa.select(CertifiedPrint.number).where(CertifiedPrint.entry_id == issued.entry_id)
    with office.unit.begin(SYSTEM) as work:
        return sorted(work.session.scalars(query))


def test_a_print_is_numbered_and_says_who_for_whom_and_how_many_sheets(office: Office, issued: Issued, by: By) -> None:
    before = numbers(office, issued)
    made = make_print(office.unit, by("tiepnhan"), issued.application_id, order())
    with office.unit.begin(by("vanthu")) as work:
        newest = prints_of(work, issued.application_id)[0]
    assert (newest.id, newest.number, newest.sheets) == (made.id, len(before) + 1, 2)
    assert (newest.name, newest.recipient, newest.reason) == ("Lý Thị Mẫu", "Ngân hàng Ví Dụ", "Yêu cầu tại quầy")
    assert (newest.mine, newest.open) == (False, False)


def test_the_holder_prints_too_and_learns_no_name_of_an_official(office: Office, issued: Issued, by: By) -> None:
    make_print(office.unit, by("tiepnhan"), issued.application_id, order())
    make_print(office.unit, by(APPLICANT_EMAIL), issued.application_id, PrintOrder(uuid4()))
    with office.unit.begin(by(APPLICANT_EMAIL)) as work:
        own, official = prints_of(work, issued.application_id)[:2]
    assert (own.made_as, own.name, own.recipient, own.open) == (
        "holder",
        "Đỗ Ví Dụ",
        "Đỗ Ví Dụ",
        True,
    )
    assert (official.made_as, official.name, official.recipient, official.reason) == ("official", "", "", "")


@pytest.mark.parametrize("login", ["thamdinh", "truongphong", "lanhdao"])
def test_only_reception_clerk_and_holder_may_print(office: Office, issued: Issued, by: By, login: str) -> None:
    with pytest.raises(PrintNotAllowed):
        make_print(office.unit, by(login), issued.application_id, order())


def test_a_stranger_finds_nothing_to_print(office: Office, issued: Issued) -> None:
    stranger = Actor(uuid4(), "Người lạ", {"": frozenset({"apply"})})
    with pytest.raises(ApplicationNotFound):
        make_print(office.unit, stranger, issued.application_id, order())


def test_the_same_order_is_carried_out_once(office: Office, issued: Issued, by: By) -> None:
    same, reception = order(), by("tiepnhan")
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: make_print(office.unit, reception, issued.application_id, same).id, range(4)))
    assert len(set(made)) == 1
    other = issue(office)
    with pytest.raises(PrintOrderTaken):
        make_print(office.unit, reception, other.application_id, same)


def test_prints_at_the_same_time_get_every_number_once(office: Office, issued: Issued, by: By) -> None:
    officials = [by("tiepnhan"), by("vanthu"), by(APPLICANT_EMAIL)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda n: make_print(office.unit, officials[n % 3], issued.application_id, order()), range(12)))
    found = numbers(office, issued)
    assert found == list(range(1, len(found) + 1))


@settings(max_examples=6, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(strategies.lists(strategies.sampled_from(["print", "again", "refused", "died"]), min_size=1, max_size=6))
def test_whatever_happens_numbers_have_no_gap(
    office: Office, issued: Issued, settings: Settings, by: By, acts: list[str]
) -> None:
    reception, last = by("tiepnhan"), order()
    for act in acts:
        if act in ("print", "again"):
            last = order() if act == "print" else last
            make_print(office.unit, reception, issued.application_id, last)
        elif act == "refused":
            with pytest.raises(PrintIncomplete):
                make_print(office.unit, reception, issued.application_id, order(reason=" "))
        else:
            die_while_printing(office, issued, reception)
    found = numbers(office, issued)
    assert found == list(range(1, len(found) + 1))


def die_while_printing(office: Office, issued: Issued, actor: Actor) -> None:
    """A print whose transaction does not end well gives its number back."""
    with pytest.MonkeyPatch.context() as patch, pytest.raises(RuntimeError, match="died"):

        def die(*_: object) -> None:
            raise RuntimeError("died")

        patch.setattr("licensing.licences.prints.make_print.LicencePrinted", die)
        make_print(office.unit, actor, issued.application_id, order())


@pytest.mark.parametrize("finding", sorted(NOT_IN_FORCE))
def test_what_is_not_in_force_is_not_printed(
    office: Office, issued: Issued, by: By, monkeypatch: pytest.MonkeyPatch, finding: Finding
) -> None:
    before = numbers(office, issued)
    status = next(status for status, found in by_code.FINDINGS.items() if found is finding)
    monkeypatch.setattr("registry.verification.record.Record.status", lambda *_: status)
    with pytest.raises(LicenceNotInForce) as refused:
        make_print(office.unit, by("tiepnhan"), issued.application_id, order())
    assert refused.value.detail == NOT_IN_FORCE[finding]
    assert numbers(office, issued) == before


def test_a_licence_without_its_evidence_is_not_printed_yet(
    office: Office, issued: Issued, settings: Settings, by: By
) -> None:
    with (
        standing(settings, Paper, Paper.entry_id == issued.entry_id, published_at=None),
        pytest.raises(EvidencePending),
    ):
        make_print(office.unit, by("tiepnhan"), issued.application_id, order())


def test_an_application_without_a_licence_has_nothing_to_print(office: Office, by: By) -> None:
    story = office.story().submitted()
    with pytest.raises(LicenceNotIssued):
        make_print(office.unit, by(APPLICANT_EMAIL), UUID(story.id), order())


def test_the_log_of_prints_cannot_be_edited(office: Office, issued: Issued, by: By) -> None:
    make_print(office.unit, by("tiepnhan"), issued.application_id, order())
    for statement in (
        sa.update(CertifiedPrint).values(number=9),
        sa.delete(PrintRecord),
        sa.update(PrintRecord).values(recipient="Ai đó"),
        sa.delete(CertifiedPrint),
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), office.unit.begin(SYSTEM) as work:
            work.session.execute(statement)


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


@pytest.mark.parametrize(
    ("recipient", "reason", "places"),
    [
        ("", "", ["/recipient", "/reason"]),
        ("Ai đó", "  ", ["/reason"]),
        ("x" * 201, "Vì cần", ["/recipient"]),
        ("Ai đó", "x" * (LONGEST_REASON + 1), ["/reason"]),
        ("Ai\u202eđó", "Vì cần", ["/recipient"]),
    ],
)
def test_an_official_says_for_whom_and_why(recipient: str, reason: str, places: list[str]) -> None:
    with pytest.raises(PrintIncomplete) as refused:
        checked(PrintOrder(uuid4(), recipient, reason))
    assert [fault["pointer"] for fault in refused.value.errors] == places


def test_a_program_orders_lists_and_fetches(issued: Issued) -> None:
    reception = issued.story.by("tiepnhan")
    path = f"/v1/applications/{issued.application_id}/prints"
    sent = {"order_key": str(uuid4()), "recipient": "Ngân hàng Ví Dụ", "reason": "Yêu cầu tại quầy"}
    made, again = reception.post(path, sent), reception.post(path, sent)
    assert made == again
    assert reception.get(path)[0] == made
    content, _ = reception.send("GET", f"/v1/prints/{made['id']}/paper")
    assert content.startswith(b"%PDF-1.7")
