"""Handing in over the pages: documents, check, receipt; nothing is sent twice, nobody sees what is somebody else's."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

import pytest
from flask import Flask

from config.access import SYSTEM
from config.unit_of_work import UnitOfWork
from licensing.accounts.queries import account_by_id
from licensing.accounts.verify_address import vouch_for_address
from licensing.applications.attach_document import attach_document
from tests.licensing.factories import Cast, a_newcomer, a_pdf, acting, an_applicant
from tests.licensing.food import ELIGIBLE, FOOD, HOSTILE, TYPED, fill_in
from tests.licensing.site import Site


def test_the_whole_way_from_the_procedure_to_the_receipt(site: Site, cast: Cast) -> None:
    site.as_(cast.applicant).open(f"/procedures/{FOOD}/apply").send({"kind": "new"})
    assert site.address.endswith("/questions")
    draft = UUID(site.address.split("/")[2])
    site.send({name: "yes" if answer else "no" for name, answer in ELIGIBLE.items()})
    assert site.address.endswith("/form/establishment")
    fill_in(site, draft)
    assert "02/03/2020" in site.html
    assert "1200,5" in site.html
    site.send()  # without the tick
    assert site.status == 422
    site.send({"declaration": "true"})
    assert site.address.endswith("/receipt"), site.html
    assert site.html.count("SHA-256") == 5
    site.open(f"/applications/{draft}")
    assert site.status == 200
    site.open("/applications")
    assert str(draft) in site.html


def test_handing_in_twice_shows_the_receipt_and_nothing_can_be_changed_afterwards(
    site: Site, cast: Cast, draft: UUID
) -> None:
    site.as_(cast.applicant)
    fill_in(site, draft)
    sent = {**site.fields(), "declaration": "true"}
    for _ in range(2):
        site.post(f"/applications/{draft}/submission", sent)
        assert site.address.endswith("/receipt")
    for path in ("questions", "form/owner", "documents", "check"):
        assert site.open(f"/applications/{draft}/{path}").address == f"/applications/{draft}"
    site.post(f"/applications/{draft}/form/owner", TYPED["owner"])
    assert site.address == f"/applications/{draft}"


def test_a_check_page_that_is_out_of_date_hands_nothing_in(site: Site, cast: Cast, draft: UUID) -> None:
    site.as_(cast.applicant)
    fill_in(site, draft)
    sent = {**site.fields(), "declaration": "true"}
    site.open(f"/applications/{draft}/form/owner").send({**TYPED["owner"], "owner_name": "Tên Khác"})
    site.post(f"/applications/{draft}/submission", sent)
    assert site.status == 409
    assert "Tên Khác" in site.html


def test_what_is_open_is_listed_with_ways_to_mend_it(site: Site, cast: Cast, draft: UUID) -> None:
    site.as_(cast.applicant).open(f"/applications/{draft}/check")
    assert f"/applications/{draft}/form/owner?from=check#phone" in site.html
    assert f"/applications/{draft}/documents#file-premises" in site.html
    assert "declaration" not in site.html
    site.open(f"/applications/{draft}/form/owner?from=check").send(TYPED["owner"])
    assert site.address.endswith("/check")
    site.post(
        f"/applications/{draft}/submission",
        {**site.open(f"/applications/{draft}/form/owner").fields(), "declaration": "true"},
    )
    assert site.status == 422


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("", b""),
        ("empty.pdf", b""),
        ("program.pdf", b"MZ\x90\x00 this is no PDF"),
        ("page.pdf", b"<html><script>alert(1)</script></html>"),
        ("cut.pdf", b"%PDF-1.7\n1 0 obj"),
        ("picture.png", b"\x89PNG\r\n\x1a\ncut"),
        ("a\u202efdp.exe", b"%PDF-1.7"),
        ("x" * 201 + ".pdf", b"%PDF-1.7"),
    ],
)
def test_a_file_that_will_not_do_is_said_at_its_document(
    site: Site, cast: Cast, draft: UUID, name: str, content: bytes
) -> None:
    site.as_(cast.applicant).open(f"/applications/{draft}/documents")
    site.send({"file": (BytesIO(content), name)}, "documents/premises")
    assert site.status == 422
    assert 'id="file-premises-error"' in site.html
    assert 'href="#file-premises"' in site.html


def test_a_file_that_is_too_large_is_said_at_its_document(
    site: Site, whole_app: Flask, monkeypatch: pytest.MonkeyPatch, cast: Cast, draft: UUID
) -> None:
    monkeypatch.setitem(whole_app.config, "MAX_CONTENT_LENGTH", 300_000)
    site.as_(cast.applicant).open(f"/applications/{draft}/documents")
    site.send({"file": (BytesIO(b"%PDF-" + b"0" * 310_000), "large.pdf")}, "documents/premises")
    assert site.status == 413
    assert 'id="file-premises-error"' in site.html


def test_a_file_has_its_digest_may_be_removed_and_its_name_is_only_text(site: Site, cast: Cast, draft: UUID) -> None:
    site.as_(cast.applicant).open(f"/applications/{draft}/documents")
    hostile = '../../<img src=x onerror=alert(1)>".pdf'
    site.send({"file": (BytesIO(a_pdf()), hostile)}, "documents/premises")
    assert site.status == 200
    assert "<img" not in site.html
    assert "&lt;img src=x onerror=alert(1)&gt;" in site.html
    assert "SHA-256" in site.html
    removal = site.fields("/removal")
    assert removal["document"] == "premises"
    path = site._form("/removal")["action"]
    for _ in range(2):
        assert site.post(path, removal).status == 200
    assert "&lt;img" not in site.html


def test_an_application_of_somebody_else_does_not_exist(site: Site, unit: UnitOfWork, cast: Cast, draft: UUID) -> None:
    with unit.begin(SYSTEM) as work:
        other = an_applicant(work, "Người Khác")
    site.as_(other)
    for path in ("", "/continue", "/questions", "/form/owner", "/documents", "/check", "/receipt", "/withdrawal"):
        assert site.open(f"/applications/{draft}{path}").status == 404, path
    assert site.open(f"/applications/{draft}/form/none").status == 404
    assert str(draft) not in site.open("/applications").html


def test_who_may_not_apply_is_told_and_visitors_sign_in_first(site: Site, cast: Cast, draft: UUID) -> None:
    assert site.open("/applications").address == "/sign-in"
    assert site.as_(cast.reception).open(f"/applications/{draft}").status == 403


def test_a_withdrawal_is_asked_for_and_a_second_one_shows_how_it_stands(site: Site, cast: Cast, draft: UUID) -> None:
    path = f"/applications/{draft}/withdrawal"
    sent = site.as_(cast.applicant).open(path).fields()
    for _ in range(2):
        site.post(path, {**sent, "reason": HOSTILE})
        assert site.address == f"/applications/{draft}"
    assert site.open(path).address == f"/applications/{draft}"


def test_a_document_that_was_attached_elsewhere_is_there(site: Site, unit: UnitOfWork, cast: Cast, draft: UUID) -> None:
    with unit.begin(cast.applicant) as work:
        attach_document(acting(work, cast.applicant), draft, "health", "sức khỏe.pdf", a_pdf())
    assert "sức khỏe.pdf" in site.as_(cast.applicant).open(f"/applications/{draft}/documents").html


def test_who_has_not_verified_the_address_is_told_before_the_click_and_loses_nothing(
    site: Site, cast: Cast, unit: UnitOfWork
) -> None:
    with unit.begin(SYSTEM) as work:
        newcomer = a_newcomer(work)
        email = account_by_id(work, newcomer.account_id).email
    site.as_(newcomer).open(f"/procedures/{FOOD}/apply")
    assert f"xác nhận địa chỉ thư điện tử {email}" in site.html
    site.send({"kind": "new"})
    draft = UUID(site.address.split("/")[2])
    site.send({name: "yes" if answer else "no" for name, answer in ELIGIBLE.items()})
    fill_in(site, draft)
    assert f"xác nhận địa chỉ thư điện tử {email}" in site.html
    site.send({"declaration": "true"}, action="/submission")
    assert site.status == 409 and f"Địa chỉ thư điện tử {email} chưa được xác nhận" in site.html
    with unit.begin(SYSTEM) as work:
        vouch_for_address(work, newcomer.account_id)
    site.send({"declaration": "true"}, action="/submission")
    assert site.address.endswith("/receipt")
    assert "xác nhận địa chỉ" not in site.open(f"/procedures/{FOOD}/apply").html
