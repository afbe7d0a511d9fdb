"""Filling in and handing in over the pages: wrong values at their fields, nothing lost, nothing sent twice."""

from __future__ import annotations

import html
from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from config.access import SYSTEM, VISITOR
from config.unit_of_work import UnitOfWork
from licensing.applications.attach_document import attach_document
from licensing.applications.queries import application_by_id
from licensing.applications.save_draft import DraftChanges, save_draft
from licensing.applications.start import NewApplication, start_application
from licensing.catalogue.publish import publish_package
from tests.licensing.factories import AGENCY, SINCE, Cast, a_cast, a_pdf, acting, an_applicant
from tests.licensing.site import Site

FOOD = "2.001827"
ELIGIBLE = {
    "registered": True,
    **dict.fromkeys(
        ("small_scale", "street_food", "prepackaged_only", "hotel_restaurant", "international_standard"), False
    ),
}
TYPED: dict[str, dict[str, str]] = {
    "establishment": {
        "establishment_name": "Cơ sở Ví Dụ",
        "legal_form": "household_business",
        "business_registration_number": "0100000000",
        "business_registration_date": "02/03/2020",
        "business_registration_agency": "Sở Tài chính",
        "head_office": "Số 1 đường Ví Dụ",
        "production_address": "Số 2 đường Ví Dụ",
    },
    "owner": {"owner_name": "Đỗ Ví Dụ", "phone": "0900 000 000", "email": "vidu@vidu.example"},
    "business": {"establishment_kind": "trade", "products": "Thịt\nRau", "previous_number": "", "area": "1.200,5"},
    "people": {"workers": "6", "workers_handling_food": "4", "workers_trained": "4", "workers_examined": "4"},
}
HOSTILE = '<script>alert(1)</script> #eval("1") $x$ *b* & "q"'


@pytest.fixture
def cast(unit: UnitOfWork) -> Cast:
    with unit.begin(SYSTEM) as work:
        made = a_cast(work)
        publish_package(work, FOOD, SINCE)
    return made


@pytest.fixture
def draft(unit: UnitOfWork, cast: Cast) -> UUID:
    """A draft whose questions are answered."""
    with unit.begin(cast.applicant) as work:
        return start_application(work, NewApplication(FOOD, AGENCY.code, eligibility=ELIGIBLE)).id


@pytest.fixture
def answers_of(unit: UnitOfWork) -> Callable[[UUID], dict[str, Any]]:
    def look(application_id: UUID) -> dict[str, Any]:
        with unit.begin(SYSTEM) as work:
            return dict(application_by_id(work, application_id).answers)

    return look


def fill_in(site: Site, draft: UUID) -> None:
    """All pages of the form and all documents, up to the check."""
    for page, typed in TYPED.items():
        site.open(f"/applications/{draft}/form/{page}").send(typed)
        assert site.status == 200, site.html
    for document in ("business_registration", "premises", "health", "training"):
        site.open(f"/applications/{draft}/documents")
        site.send({"file": (BytesIO(a_pdf()), f"{document}.pdf")}, f"documents/{document}")
        assert site.status == 200, site.html
    site.open(f"/applications/{draft}/check")


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


@pytest.mark.parametrize(
    ("page", "name", "value"),
    [
        *(("establishment", name, "") for name in TYPED["establishment"]),
        ("establishment", "establishment_name", "x"),
        ("establishment", "establishment_name", "x" * 301),
        ("establishment", "establishment_name", "a\u202eb"),
        ("establishment", "establishment_name", "a\x01b"),
        ("establishment", "legal_form", "kingdom"),
        ("establishment", "business_registration_number", "1"),
        ("establishment", "business_registration_number", "không số"),
        ("establishment", "business_registration_date", "31/02/2020"),
        ("establishment", "business_registration_date", "hôm qua"),
        ("establishment", "business_registration_agency", "x"),
        ("establishment", "head_office", "x"),
        ("establishment", "production_address", "😀" * 6),
        *(("owner", name, "") for name in TYPED["owner"]),
        ("owner", "owner_name", "x"),
        ("owner", "phone", "gọi tôi"),
        ("owner", "email", "không phải thư"),
        *(("business", name, "") for name in ("establishment_kind", "products", "area")),
        ("business", "establishment_kind", "<b>"),
        ("business", "products", "x"),
        ("business", "products", "Thịt\nThịt"),
        ("business", "previous_number", "x"),
        ("business", "area", "0"),
        ("business", "area", "rộng"),
        ("business", "area", "1e400"),
        *(("people", name, "") for name in TYPED["people"]),
        ("people", "workers", "0"),
        ("people", "workers", "2,5"),
        ("people", "workers_handling_food", "nhiều"),
        ("people", "workers_trained", "-1"),
        ("people", "workers_examined", "999999999"),
    ],
)
def test_every_wrong_value_is_said_at_its_field_and_kept(
    site: Site, cast: Cast, draft: UUID, page: str, name: str, value: str
) -> None:
    site.as_(cast.applicant).open(f"/applications/{draft}/form/{page}").send({**TYPED[page], name: value})
    assert site.status == 422
    assert f'href="#{name}"' in site.html
    assert f'id="{name}-error"' in site.html
    if value and name not in ("legal_form", "establishment_kind"):
        assert html.escape(value, quote=False) in site.html.replace("&#34;", '"')
    others = [other for other in TYPED[page] if other != name]
    assert not any(f'id="{other}-error"' in site.html for other in others)


@pytest.mark.parametrize("typed", ["02/03/2020", "2/3/2020", "02-03-2020", "2.3.2020", "02032020", "2020-03-02"])
def test_a_date_is_understood_as_people_write_it(
    site: Site, cast: Cast, draft: UUID, answers_of: Callable[[UUID], dict[str, Any]], typed: str
) -> None:
    page = {**TYPED["establishment"], "business_registration_date": typed}
    site.as_(cast.applicant).open(f"/applications/{draft}/form/establishment").send(page)
    assert site.status == 200
    assert answers_of(draft)["business_registration_date"] == "2020-03-02"


@pytest.mark.parametrize(("prefix", "typed"), [("", "1.200,5"), ("/en", "1,200.5"), ("", "1200,5"), ("/en", "1200.5")])
def test_a_number_is_understood_as_the_language_writes_it(
    site: Site, cast: Cast, draft: UUID, answers_of: Callable[[UUID], dict[str, Any]], prefix: str, typed: str
) -> None:
    site.as_(cast.applicant).open(f"{prefix}/applications/{draft}/form/business").send(
        {**TYPED["business"], "area": typed}
    )
    assert site.status == 200
    assert answers_of(draft)["area"] == 1200.5


def test_what_another_answer_makes_necessary_is_asked_and_forgotten_when_it_is_not(
    site: Site, cast: Cast, draft: UUID, answers_of: Callable[[UUID], dict[str, Any]]
) -> None:
    page = f"/applications/{draft}/form/business"
    site.as_(cast.applicant).open(page).send({**TYPED["business"], "establishment_kind": "catering"})
    assert 'id="portions-error"' in site.html
    site.send({**TYPED["business"], "establishment_kind": "catering", "portions": "150"})
    assert answers_of(draft)["portions"] == 150
    site.open(page).send({**TYPED["business"], "portions": "150"})
    assert "portions" not in answers_of(draft)


def test_a_wrong_page_is_kept_for_later_also_in_the_other_language(site: Site, cast: Cast, draft: UUID) -> None:
    page = f"/applications/{draft}/form/owner"
    site.as_(cast.applicant).open(page).send({**TYPED["owner"], "phone": "??", "then": "later"})
    assert site.address == f"/applications/{draft}"
    site.open(f"/en{page}")
    assert 'value="??"' in site.html
    assert 'value="Đỗ Ví Dụ"' in site.html
    site.open(f"/applications/{draft}/continue")
    assert site.address.endswith("/form/establishment")


def test_a_stale_tab_is_shown_both_versions_and_may_choose(
    site: Site, unit: UnitOfWork, cast: Cast, draft: UUID, answers_of: Callable[[UUID], dict[str, Any]]
) -> None:
    page = f"/applications/{draft}/form/owner"
    site.as_(cast.applicant).open(page)
    with unit.begin(cast.applicant) as work:
        version = application_by_id(work, draft).version
        save_draft(work, draft, version, DraftChanges(answers={"owner_name": "Tên Mới"}))
    site.send(TYPED["owner"])
    assert site.status == 409
    assert "Tên Mới" in site.html
    assert "Đỗ Ví Dụ" in site.html
    assert answers_of(draft)["owner_name"] == "Tên Mới"
    site.send()
    assert site.status == 200
    assert answers_of(draft)["owner_name"] == "Đỗ Ví Dụ"


def test_a_double_click_on_save_is_no_conflict(site: Site, cast: Cast, draft: UUID) -> None:
    page = f"/applications/{draft}/form/owner"
    sent = {**site.as_(cast.applicant).open(page).fields(), **TYPED["owner"]}
    assert site.post(page, sent).status == 200
    assert site.post(page, sent).status == 200


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


def test_answers_that_speak_against_it_stop_with_advice(site: Site, cast: Cast, draft: UUID) -> None:
    site.as_(cast.applicant).open(f"/applications/{draft}/questions").send({"street_food": "yes"})
    assert 'id="advice"' in site.html
    site.open(f"/applications/{draft}/continue")
    assert site.address.endswith("/questions")


def test_questions_without_an_answer_are_named(site: Site, cast: Cast) -> None:
    site.as_(cast.applicant).open(f"/procedures/{FOOD}/apply").send({})
    assert site.status == 422
    assert 'href="#kind"' in site.html
    site.send({"kind": "renewal"})
    site.send({"registered": "yes", "street_food": "vielleicht"})
    assert site.status == 422
    assert 'href="#street_food"' in site.html
    assert 'href="#registered"' not in site.html


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


def test_markup_in_every_text_is_shown_literally(site: Site, cast: Cast, draft: UUID) -> None:
    site.as_(cast.applicant)
    texts = ("establishment_name", "business_registration_agency", "head_office", "production_address")
    site.open(f"/applications/{draft}/form/establishment").send(
        {**TYPED["establishment"], **dict.fromkeys(texts, HOSTILE)}
    )
    assert site.status == 200
    site.open(f"/applications/{draft}/form/owner").send({**TYPED["owner"], "owner_name": HOSTILE})
    site.open(f"/applications/{draft}/form/business").send({**TYPED["business"], "products": HOSTILE})
    for path in ("form/establishment", "form/owner", "form/business", "check", ""):
        page = site.open(f"/applications/{draft}/{path}".rstrip("/")).html
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt; #eval(" in page, path


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


def test_a_form_without_its_token_changes_nothing(
    site: Site, cast: Cast, draft: UUID, answers_of: Callable[[UUID], dict[str, Any]]
) -> None:
    site.as_(cast.applicant).open(f"/applications/{draft}/form/owner")
    site.post(f"/applications/{draft}/form/owner", {**TYPED["owner"], "csrf_token": "x"})
    assert site.status == 403
    assert answers_of(draft) == {}
    assert 'value="Đỗ Ví Dụ"' in site.html


def test_a_session_that_ended_in_mid_form_keeps_what_was_typed(
    site: Site, cast: Cast, draft: UUID, answers_of: Callable[[UUID], dict[str, Any]]
) -> None:
    page = f"/applications/{draft}/form/owner"
    sent = {**site.as_(cast.applicant).open(page).fields(), **TYPED["owner"]}
    site.as_(VISITOR).post(page, sent)
    assert site.status == 401
    site.as_(cast.applicant).open(page)
    assert answers_of(draft) == {}
    kept = {name: value for name, value in sent.items() if name != "csrf_token"}
    site.post(page, kept)
    assert answers_of(draft)["owner_name"] == "Đỗ Ví Dụ"


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
