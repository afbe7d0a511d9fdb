"""What goes out with a licence, in a browser: supplied or refused, signed with it, sealed, and found by everybody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from licensing.demonstration.cast import AGENCY, APPLICANT_EMAIL, PROCEDURE
from licensing.demonstration.client import Caller
from licensing.demonstration.sheet import blank_sheet
from licensing.demonstration.walk import ANSWERS, DOCUMENTS, Walk
from registry.verification.result import Finding
from registry.verification.words import WORDS
from tests.browser.screens import SCREENS
from tests.browser.visitor import House, Visitor
from tests.documents import altered
from tests.signing.enclosures.documents import drawing, turned, with_form

Visit = Callable[..., Visitor]
PLAN = turned(drawing("Sơ đồ mặt bằng", "flipped: true"), 1)


class Drawn(Walk):
    """The walk of somebody who also hands in a floor plan."""

    def upload_plan(self, application_id: str) -> None:
        fields = {"requirement_id": "floor_plan"}
        business = self.caller(APPLICANT_EMAIL)
        business.upload(f"/v1/applications/{application_id}/attachments", fields, "so-do.pdf", PLAN)


@pytest.fixture(scope="module")
def walk(house: House) -> Drawn:
    return Drawn(house.address, house.secrets, lambda line: None)


def a_draft(walk: Walk) -> str:

    business = walk.caller(APPLICANT_EMAIL)
    asked = business.get(f"/v1/procedures/{PROCEDURE}")["eligibility"]
    said = {item["id"]: not item["stops_on"] for item in asked}
    new = {"procedure": PROCEDURE, "agency": AGENCY.code, "answers": ANSWERS, "eligibility": said}
    application_id = str(business.post("/v1/applications", new)["id"])
    for document in DOCUMENTS:
        path = f"/v1/applications/{application_id}/attachments"
        business.upload(path, {"requirement_id": document}, f"{document}.pdf", blank_sheet(document))
    return application_id


@pytest.fixture(scope="module")
def prepared(walk: Drawn) -> dict[str, str]:
    """A licence with a floor plan that waits for its signature."""
    application_id = a_draft(walk)
    walk.upload_plan(application_id)
    walk.caller(APPLICANT_EMAIL).post(f"/v1/applications/{application_id}/submission")
    walk.accept(application_id)
    walk.examine(application_id)
    walk.decide(application_id)
    code = walk._until("prepared", lambda: walk.licence_of(application_id))["register_code"]
    document = walk._until("on record", lambda: walk.waiting_document(code, "lanhdao", "filed"))
    return {"application": application_id, "code": code, "document": document["id"]}


@pytest.fixture(scope="module")
def issued(walk: Drawn, prepared: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The sealed floor plan as a file, and one with a byte changed."""
    walk.sign_and_seal(prepared["application"])
    walk._until("published", lambda: walk.published(prepared["code"]))
    content, _ = Caller(walk._address).send("GET", f"/v1/licences/{prepared['code']}/enclosures/1")
    folder = tmp_path_factory.mktemp("plans")
    (folder / "good.pdf").write_bytes(content)
    (folder / "altered.pdf").write_bytes(altered(content))
    return {name: folder / f"{name}.pdf" for name in ("good", "altered")}


@SCREENS
def test_a_plan_that_cannot_be_sealed_is_refused_at_its_field(
    visit: Visit, walk: Drawn, tmp_path: Path, width: int, language: str
) -> None:
    (tmp_path / "form.pdf").write_bytes(with_form(PLAN))
    (tmp_path / "plan.pdf").write_bytes(PLAN)
    visitor = visit(width=width, language=language, login=APPLICANT_EMAIL)
    visitor.open(f"/applications/{a_draft(walk)}/documents")
    for name, refused in (("form.pdf", True), ("plan.pdf", False)):
        visitor.page.set_input_files("#file-floor_plan", tmp_path / name)
        visitor.page.click("#floor_plan form button")
        visitor.page.wait_for_load_state()
        visitor.look(refused=refused)
    expect(visitor.page.locator("#floor_plan .receipts")).to_be_visible()


@SCREENS
def test_the_official_sees_what_goes_out_with_it(
    visit: Visit, prepared: dict[str, str], width: int, language: str
) -> None:
    visitor = visit(width=width, language=language, login="lanhdao")
    visitor.open(f"/desk/signing/view?document={prepared['document']}")
    image = visitor.page.locator("img.page-image").last
    image.scroll_into_view_if_needed()
    assert image.evaluate("async (i) => { await i.decode(); return i.naturalWidth }") > 800
    visitor.look()


@SCREENS
def test_everybody_finds_it_with_its_licence(
    visit: Visit, prepared: dict[str, str], issued: dict[str, Path], width: int, language: str
) -> None:
    visitor = visit(width=width, language=language)
    visitor.open(f"/l/{prepared['code']}")
    expect(visitor.page.locator(".enclosures a")).to_have_count(1)
    visitor.open("/")
    visitor.page.set_input_files("#file", issued["good"])
    visitor.page.wait_for_url("**/verify/digest/*")
    visitor.page.wait_for_selector(".verdict--green")
    assert WORDS[Finding.ENCLOSURE][language] in visitor.page.content()
    expect(visitor.page.locator("#enclosure")).to_be_visible()
    visitor.look()


def test_a_changed_one_is_red(visit: Visit, issued: dict[str, Path]) -> None:
    visitor = visit(scripts=False)
    visitor.open("/verify")
    visitor.page.set_input_files("#file", issued["altered"])
    visitor.page.click("form[method=post] button")
    visitor.page.wait_for_selector(".verdict--red")
    visitor.look()


def test_its_holder_gets_it_too(visit: Visit, prepared: dict[str, str], issued: dict[str, Path]) -> None:
    visitor = visit(login=APPLICANT_EMAIL)
    visitor.open(f"/applications/{prepared['application']}")
    expect(visitor.page.locator(f"a[href$='/{prepared['code']}/enclosures/1']")).to_be_visible()
