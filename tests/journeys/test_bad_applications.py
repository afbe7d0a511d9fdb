"""What an applicant can do wrong: each has its clear answer, and nothing of the application is lost."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from functools import partial

import pytest

from config.access import SYSTEM
from config.security import UPLOAD_FRAME
from config.settings import Settings
from licensing.catalogue.retire import retire_procedure
from licensing.demonstration.cast import PROCEDURE
from licensing.demonstration.client import ApiRefused
from licensing.demonstration.sheet import blank_sheet
from tests.journeys.office import PASSWORD, Office
from tests.journeys.story import refusal


def zipped() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    return content.getvalue()


def test_an_incomplete_draft_is_told_all_its_faults_and_stays_as_it_was(office: Office) -> None:
    story = office.story().draft(answers={"owner_name": "Đỗ Ví Dụ", "area": "lớn"})
    story.attach("premises")
    before = story.applicant.get(story.path)
    with pytest.raises(ApiRefused) as caught:
        story.applicant.post(f"{story.path}/submission")
    assert (caught.value.status, caught.value.problem["type"]) == (422, "/problems/application-incomplete")
    places = {fault["pointer"] for fault in caught.value.problem["errors"]}
    assert {"/answers/area", "/answers/establishment_name", "/documents/health"} <= places
    assert "/documents/premises" not in places
    assert story.applicant.get(story.path) == before


def test_a_file_of_the_wrong_type_or_size_or_in_disguise_is_not_taken(office: Office) -> None:
    story = office.story().draft()
    sheet = blank_sheet("premises")
    for name, content, expected in (
        ("thuyết minh.docx", zipped(), (422, "file-type-refused")),
        ("thuyết minh.pdf", zipped(), (422, "file-type-refused")),
        ("thuyết minh.pdf", b"MZ" + bytes(500), (422, "file-type-refused")),
        ("thuyết minh.pdf", b"<!doctype html><script>alert(1)</script>", (422, "file-type-refused")),
        ("thuyết minh.pdf", sheet + zipped(), (422, "file-type-refused")),
        ("thuyết minh.pdf", sheet[: len(sheet) // 2], (422, "file-unreadable")),
        ("thuyết minh\u202efdp.exe", sheet, (422, "file-name-refused")),
    ):
        assert refusal(partial(story.attach, "premises", content, name)) == expected, name
    assert story.applicant.get(story.path)["attachments"] == []
    assert story.attach("premises", sheet)["sha256"]


def test_an_oversized_file_is_refused_before_and_after_it_was_read(office: Office, settings: Settings) -> None:
    story = office.story().draft()
    most = settings.upload_limit
    assert refusal(lambda: story.attach("premises", b"%PDF-" + bytes(most))) == (422, "file-too-large")
    beyond = b"%PDF-" + bytes(most + UPLOAD_FRAME)
    assert refusal(lambda: story.attach("premises", beyond)) == (413, "request-entity-too-large")
    assert story.applicant.get(story.path)["attachments"] == []
    assert refusal(lambda: story.verdict_on(beyond)) == (413, "request-entity-too-large")


def test_somebody_elses_application_is_not_there(office: Office) -> None:
    story = office.story().complete_draft()
    attachment = story.applicant.get(story.path)["attachments"][0]["id"]
    another = {"name": "Người Khác", "email": "nguoikhac@vidu.example", "password": PASSWORD}
    story.stranger().post("/v1/accounts", another)
    other = story.by("nguoikhac@vidu.example")
    for method, path, body in (
        ("GET", story.path, None),
        ("PATCH", story.path, b'{"answers": {}}'),
        ("POST", f"{story.path}/submission", b"{}"),
        ("POST", f"{story.path}/withdrawal", b"{}"),
        ("GET", f"{story.path}/attachments/{attachment}", None),
        ("DELETE", f"{story.path}/attachments/{attachment}", None),
        ("GET", f"{story.path}/licence", None),
        ("GET", f"{story.path}/papers", None),
        ("GET", f"{story.path}/decision", None),
    ):
        headers = {"Content-Type": "application/json", "If-Match": '"0"'} if body else {}
        answer = refusal(partial(other.send, method, path, body, headers))
        assert answer == (404, "application-not-found"), (method, path)
    assert refusal(
        lambda: other.upload(f"{story.path}/attachments", {"requirement_id": "health"}, "a.pdf", b"%PDF")
    ) == (
        404,
        "application-not-found",
    )
    assert other.get("/v1/applications")["items"] == []
    assert refusal(lambda: story.stranger().get(story.path)) == (401, "sign-in-needed")
    assert refusal(lambda: story.by("tiepnhan").get(story.path)) == (404, "application-not-found")
    assert (story.status, len(story.applicant.get(story.path)["attachments"])) == ("draft", 4)


def test_a_second_submit_changes_nothing(office: Office) -> None:
    story = office.story().submitted()
    first = story.applicant.get(story.path)["submission"]
    assert refusal(lambda: story.applicant.post(f"{story.path}/submission")) == (409, "already-submitted")
    assert refusal(lambda: story.attach("premises", blank_sheet("late"))) == (409, "move-not-possible")
    assert story.applicant.get(story.path)["submission"] == first


def test_after_the_procedure_closed_a_draft_is_not_taken_and_stays(office: Office) -> None:
    story = office.story().complete_draft()
    handed_in = office.story().submitted()
    with office.unit.begin(SYSTEM) as work:
        retire_procedure(work, PROCEDURE, work.clock.today(), "Thủ tục đã được thay thế.")
    before = story.applicant.get(story.path)
    assert refusal(lambda: story.applicant.post(f"{story.path}/submission")) == (422, "procedure-closed")
    assert refusal(lambda: office.story().draft()) == (422, "procedure-closed")
    assert story.applicant.get(story.path) == before
    assert handed_in.by("tiepnhan").post(f"{handed_in.path}/acceptance")["status"] == "accepted"
    with office.unit.begin(SYSTEM) as work:
        retire_procedure(work, PROCEDURE, work.clock.today() + timedelta(days=1), "Từ ngày mai.")
    assert story.applicant.post(f"{story.path}/submission")["status"] == "submitted"
