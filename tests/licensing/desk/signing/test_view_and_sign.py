"""View and sign without a browser: what was not looked at is not signed; a wrong PIN ends it; no PIN comes back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

import signing.batches.sign
from config.access import SYSTEM, Actor
from config.clock import FrozenClock
from config.sentences import later
from config.unit_of_work import UnitOfWork
from licensing.accounts.roles import Role as Office
from licensing.licences.models import DocumentView
from licensing.licences.selections import MOST
from signing.requests.errors import PreparationExpired
from signing.requests.file import file_request
from signing.requests.models import SigningRequest
from signing.requests.sign import Made
from tests.documents import work_off
from tests.licensing.desk.conftest import Desk
from tests.licensing.desk.signing.conftest import a_preparation, look_at, query
from tests.licensing.factories import Cast, a_grant, a_refusal, an_officer


def test_a_document_is_shown_exactly_and_named_in_words(desk: Desk, cast: Cast, documents: list[UUID]) -> None:
    page = desk.as_(cast.approver).get(f"/desk/signing/view?{query(documents[1:2])}")
    assert "Giấy phép &lt;b&gt;số 2&lt;/b&gt;" in page and "<b>số" not in page
    assert page.count('class="page-image"') == 2
    image = desk.client.get(f"/desk/papers/{documents[1]}/pages/2")
    assert (image.status_code, image.mimetype) == (200, "image/webp")
    saved = desk.client.get(f"/desk/papers/{documents[1]}/file")
    assert hashlib.sha256(saved.data).hexdigest() in page
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert desk.as_(cast.case_officer).client.get(f"/desk/papers/{documents[1]}/pages/1").status_code == 403


def test_the_pages_say_that_the_clerk_numbers_what_has_no_number(
    unit: UnitOfWork, desk: Desk, cast: Cast, documents: list[UUID]
) -> None:
    desk.as_(cast.approver)
    assert desk.get("/desk/signing").count("văn thư cấp sau khi ký") == len(documents)
    with unit.begin(SYSTEM) as work:
        refusal = a_preparation(work, cast, str(a_refusal(work, cast).id), 4)
        documents.append(file_request(work, replace(refusal, purpose="refusal")).id)
    assert desk.get("/desk/signing").count("văn thư cấp sau khi ký") == len(documents)
    for document in (documents[0], documents[-1]):
        page = desk.get(f"/desk/signing/view?{query([document])}")
        assert "Văn thư cấp số và ghi ngày sau khi ký; các chỗ này trên văn bản còn để trống." in page
        assert "Ngày ghi trên văn bản" not in page


def test_nothing_that_was_not_looked_at_is_signed(
    unit: UnitOfWork, desk: Desk, cast: Cast, documents: list[UUID], key: list[UUID]
) -> None:
    desk.as_(cast.approver)
    page = desk.get(f"/desk/signing/sign?{query(documents[:2])}")
    assert "<h1>Chưa có văn bản nào để ký</h1>" in page and "Xem văn bản</a>" in page and 'name="pin"' not in page
    look_at(unit, desk, documents[:1])
    page = desk.get(f"/desk/signing/sign?{query(documents[:2])}")
    assert "Chưa xem" in page and "<h1>Ký 1 văn bản</h1>" in page
    answer = desk.post("/desk/signing/sign", document=documents[:2], pin="123456")
    assert answer.status_code == 303
    page = desk.get(answer.headers["Location"])
    assert "Bạn chưa xem văn bản này." in page and "Đã ký 0 trên 1 văn bản" in page
    work_off(unit)
    assert key == documents[:1]
    assert "Đã ký 1 trên 1 văn bản" in desk.get(answer.headers["Location"])


def test_a_mark_of_other_bytes_does_not_count(unit: UnitOfWork, desk: Desk, cast: Cast, documents: list[UUID]) -> None:
    desk.as_(cast.approver).get(f"/desk/signing/view?{query(documents)}")
    answer = desk.post("/desk/signing/view", document=documents, looked=documents[0], sha256="0" * 64)
    assert answer.status_code == 409
    with unit.begin(SYSTEM) as work:
        assert work.session.query(DocumentView).count() == 0


def test_a_wrong_pin_signs_nothing_and_is_never_shown_again(
    unit: UnitOfWork, desk: Desk, cast: Cast, documents: list[UUID], key: list[UUID]
) -> None:
    desk.as_(cast.approver)
    look_at(unit, desk, documents)
    desk.get(f"/desk/signing/sign?{query(documents)}")
    answer = desk.post("/desk/signing/sign", document=documents, pin="654321")
    work_off(unit)
    assert key == []
    assert "654321" not in answer.headers["Location"]
    page = desk.get(answer.headers["Location"], 422)
    assert "Mã PIN không đúng" in page and "Chưa ký văn bản nào" in page and "654321" not in page
    answer = desk.post("/desk/signing/sign", document=documents, pin="123456")
    work_off(unit)
    assert sorted(key) == sorted(documents)
    assert "Đã ký 3 trên 3 văn bản" in desk.get(answer.headers["Location"])


def test_what_the_signer_forgot_is_offered_to_be_authorised_again(
    unit: UnitOfWork, clock: FrozenClock, desk: Desk, cast: Cast, documents: list[UUID], key: list[UUID]
) -> None:
    desk.as_(cast.approver)
    look_at(unit, desk, documents)
    desk.get(f"/desk/signing/sign?{query(documents)}")
    batch = desk.post("/desk/signing/sign", document=documents, pin="123456").headers["Location"]
    clock.advance(minutes=31)  # no worker ran meanwhile
    page = desk.get(batch)
    assert page.count("Mã PIN không còn hiệu lực") == 3
    assert "Ký các văn bản còn lại" in page
    other = an_other_approver(unit)
    desk.as_(other).get(batch, 404)


def an_other_approver(unit: UnitOfWork) -> Actor:
    with unit.begin(SYSTEM) as work:
        return an_officer(work, Office.APPROVER, key="official-other")


@pytest.mark.parametrize("pin", ["", "1", "12 34", "x" * 65, "<script>"])
def test_what_cannot_be_a_pin_is_not_tried(
    unit: UnitOfWork, desk: Desk, cast: Cast, documents: list[UUID], key: list[UUID], pin: str
) -> None:
    desk.as_(cast.approver)
    look_at(unit, desk, documents[:1])
    answer = desk.post("/desk/signing/sign", document=documents[:1], pin=pin)
    assert "Hãy nhập mã PIN" in desk.get(answer.headers["Location"], 422)
    assert key == []


def test_going_back_and_clicking_again_say_that_it_is_signed(
    unit: UnitOfWork, desk: Desk, cast: Cast, documents: list[UUID], key: list[UUID]
) -> None:
    desk.as_(cast.approver)
    look_at(unit, desk, documents[:1])
    desk.get(f"/desk/signing/sign?{query(documents[:1])}")
    clicks = [desk.post("/desk/signing/sign", document=documents[:1], pin="123456") for _ in range(2)]
    assert clicks[0].headers["Location"] == clicks[1].headers["Location"]
    assert "notice--error" not in desk.get(clicks[0].headers["Location"])
    work_off(unit)
    assert key == documents[:1]
    for page in ("view", "sign"):
        desk.get(f"/desk/signing/{page}?{query(documents[:1])}", 303)


def test_one_that_cannot_be_signed_does_not_stop_the_others(
    unit: UnitOfWork,
    clock: FrozenClock,
    desk: Desk,
    cast: Cast,
    documents: list[UUID],
    key: list[UUID],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real: Callable[..., Made] = vars(signing.batches.sign)["sign_authorised"]

    def sign(unit: UnitOfWork, request: SigningRequest, *others: Any) -> Made:
        if request.id == documents[1]:
            raise PreparationExpired(later("The date in this document has passed; it is being prepared anew."))
        return real(unit, request, *others)

    monkeypatch.setattr("signing.batches.sign.sign_authorised", sign)
    desk.as_(cast.approver)
    look_at(unit, desk, documents)
    answer = desk.post("/desk/signing/sign", document=documents, pin="123456")
    work_off(unit)
    assert sorted(key) == sorted([documents[0], documents[2]])
    assert desk.get(answer.headers["Location"]).count("Ngày ghi trên văn bản đã qua") == 1
    clock.advance(days=3)
    assert "Đang lập lại" in desk.get("/desk/signing")


def test_the_list_is_for_this_very_signatory_and_ticks_are_checked(
    unit: UnitOfWork, desk: Desk, cast: Cast, documents: list[UUID]
) -> None:
    assert desk.as_(cast.approver).get("/desk/signing").count('name="document"') == 3
    with desk.counted():
        desk.get("/desk/signing")
    assert desk.queries <= 12
    desk.get("/desk/signing/view", 422)
    desk.get("/desk/signing")
    assert desk.post("/desk/signing/selections").status_code == 422
    many = " ".join(f"{number:08x}-0000-4000-8000-{0:012d}" for number in range(MOST + 1))
    assert "Mỗi lần chỉ chọn nhiều nhất 1000 văn bản." in desk.post("/desk/signing/selections", document=many).text
    desk.get("/desk/signing/view?document=nonsense", 422)
    desk.get("/desk/signing/view?document=00000000-0000-4000-8000-000000000000", 404)
    with unit.begin(SYSTEM) as work:
        deputy = an_officer(work, Office.APPROVER, key="official-other")
    assert desk.as_(deputy).get("/desk/signing").count('name="document"') == 0
    desk.as_(cast.case_officer).get("/desk/signing", 403)
    assert "Không có văn bản nào chờ đóng dấu." in desk.as_(cast.clerk).get("/desk/sealing")


def test_more_than_a_page_of_documents_is_paged_and_none_is_left_out(unit: UnitOfWork, desk: Desk, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        preparation = a_preparation(work, cast, str(a_grant(work, cast).id), 1)
        for number in range(120):  # between those of the caller, as many of a colleague at the same agency
            file_request(work, replace(preparation, purpose=f"ours-{number}"))
            file_request(work, replace(preparation, purpose=f"other-{number}", signatory="somebody-else"))
    desk.as_(cast.approver)
    pages = [desk.get(f"/desk/signing?page={page}") for page in (1, 2, 3)]
    assert [page.count('name="document"') for page in pages] == [50, 50, 20]
    assert "Trang 2 trên 3" in pages[1]
    assert desk.get("/desk/signing?page=77").count('name="document"') == 20
    with desk.counted():
        desk.get("/desk/signing?page=2")
    assert desk.queries <= 12
