"""Certified prints in a browser: ordered at the counter and by the holder, on record, verified from the paper."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import zxingcpp
from PIL import Image

from licensing.demonstration.cast import APPLICANT_EMAIL
from licensing.demonstration.walk import Outcome
from licensing.documents.page_images import page_image
from tests.browser.screens import SCREENS
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
ON_RECORD = {"vi": "Đã ghi nhận bản giấy chuyển đổi số", "en": "is on record"}
MADE = {"vi": "In bản giấy chuyển đổi", "en": "Certified print made"}
FORM = "main form[method=post]"


def ordered(visitor: Visitor, **typed: str) -> int:
    """Fill the form in and send it; the number of the print."""
    for name, text in typed.items():
        visitor.page.fill(f"[name={name}]", text)
    visitor.page.click(f"{FORM} button[type=submit]")
    visitor.look()
    found = re.search(r"#print-(\d+)$", visitor.page.url)
    assert found is not None, visitor.page.url
    assert ON_RECORD[visitor.language] in visitor.page.locator(".notice--success").inner_text()
    return int(found[1])


def paper(visitor: Visitor, number: int) -> bytes:
    """What the link of a print gives."""
    address = visitor.page.locator(f"#print-{number} a").get_attribute("href")
    answer = visitor.context.request.get(f"{visitor.house.address}{address}")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    return bytes(answer.body())


@SCREENS
def test_at_the_counter_for_somebody_and_verified_from_the_paper(
    visit: Visit, licence: Outcome, width: int, language: str
) -> None:
    desk = visit(width=width, language=language, login="tiepnhan")
    desk.open(f"/desk/applications/{licence.application_id}")
    desk.page.click("main a[href$='/prints']")
    desk.look()
    desk.page.fill("[name=recipient]", "Ngân hàng Ví Dụ")
    desk.page.click(f"{FORM} button[type=submit]")
    desk.look(refused=True)
    assert desk.page.locator(".govuk-error-summary a[href='#reason']").count() == 1
    assert desk.page.input_value("[name=recipient]") == "Ngân hàng Ví Dụ"
    number = ordered(desk, reason="Bổ sung hồ sơ vay vốn")
    assert desk.page.locator("#log tbody tr, tbody tr").first.inner_text().count("Ngân hàng Ví Dụ") == 1
    content = paper(desk, number)
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(page_image(content, 2))))
    assert code.text.endswith(f"/l/{licence.register_code}?copy={number}")
    stranger = visit(width=width, language=language)
    stranger.open(f"/l/{licence.register_code}?copy={number}")
    assert stranger.page.locator("#copy.notice").count() == 1
    assert "Lý Thị Mẫu" not in stranger.text()
    stranger.open(f"/l/{licence.register_code}?copy=9999")
    assert stranger.page.locator("#copy.notice--error").count() == 1
    desk.open(f"/desk/applications/{licence.application_id}")
    assert MADE[language] in desk.text()


@SCREENS
def test_a_holder_makes_a_print_of_the_own_licence(visit: Visit, licence: Outcome, width: int, language: str) -> None:
    holder = visit(width=width, language=language, login=APPLICANT_EMAIL)
    holder.open(f"/applications/{licence.application_id}")
    holder.page.click("main a[href$='/prints']")
    holder.look()
    assert holder.page.locator("[name=recipient]").count() == 0
    number = ordered(holder)
    assert paper(holder, number).startswith(b"%PDF-1.7")
    assert "Ngân hàng" not in holder.text()


def test_without_scripts_and_sent_twice_it_is_one_print(visit: Visit, licence: Outcome) -> None:
    desk = visit(scripts=False, login="vanthu")
    path = f"/desk/applications/{licence.application_id}/prints"
    desk.open(path)
    fields: dict[str, str | float | bool] = {}
    fields |= {name: desk.page.input_value(f"{FORM} [name={name}]") for name in ("csrf_token", "order_key")}
    fields |= {"recipient": "Ai đó", "reason": "Theo đề nghị"}
    origin = {"Origin": desk.house.address}
    answers = [
        desk.context.request.post(desk.address(path), form=fields, headers=origin, max_redirects=0) for _ in range(2)
    ]
    assert [answer.status for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    desk.open(path)


def test_who_may_not_print_sees_the_log_alone(visit: Visit, licence: Outcome) -> None:
    path = f"/desk/applications/{licence.application_id}/prints"
    officer = visit(login="thamdinh")
    officer.open(path)
    assert officer.page.locator(FORM).count() == 0
    visit(login=APPLICANT_EMAIL).open(path, expect=403)
    visit(login="thamdinh").open(f"/applications/{licence.application_id}/prints", expect=403)
    visit(login="quantri").open(path, expect=403)


def test_what_is_not_there_is_not_found(visit: Visit) -> None:
    nothing = "00000000-0000-4000-8000-000000000000"
    desk = visit(login="tiepnhan")
    desk.open(f"/desk/applications/{nothing}/prints", expect=404)
    desk.open(f"/prints/{nothing}/paper.pdf", expect=404)
