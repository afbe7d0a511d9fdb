"""Filling in over the pages: every wrong value at its field, and nothing that was typed is lost."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from config.access import VISITOR
from config.unit_of_work import UnitOfWork
from licensing.applications.queries import application_by_id
from licensing.applications.save_draft import DraftChanges, save_draft
from tests.licensing.factories import Cast
from tests.licensing.food import FOOD, HOSTILE, TYPED
from tests.licensing.site import Site


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


def test_more_than_can_be_kept_is_said_and_still_stands_in_its_field(
    site: Site, cast: Cast, draft: UUID, answers_of: Callable[[UUID], dict[str, Any]]
) -> None:
    site.as_(cast.applicant).open(f"/applications/{draft}/form/business")
    site.send({**TYPED["business"], "products": "lon\n" * 45_000, "area": "77"})
    assert site.status == 422
    assert "262144" in site.html
    assert 'value="77"' in site.html
    assert site.html.count("lon\n") >= 44_999
    assert answers_of(draft) == {"area": 77, "establishment_kind": "trade"}


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
