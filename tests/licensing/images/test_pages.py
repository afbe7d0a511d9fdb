"""The pages of images without a browser: upload, refusals that keep what was typed, pictures, taking out of use."""

from __future__ import annotations

import io
from typing import Any

import pytest

from config.access import Actor
from config.unit_of_work import UnitOfWork
from licensing.images.models import AppearanceImage
from licensing.images.queries import versions
from tests.licensing.factories import AGENCY, Cast
from tests.licensing.images.pictures import BLACK, SCRIPT, a_bomb, a_head, a_seal, a_signature, joined
from tests.licensing.site import Site

MINE, DESK = "/account/signature", "/desk/images"
SEAL = f"{DESK}/{AGENCY.code}"


def upload(content: bytes, width: str = "45") -> dict[str, Any]:
    return {"file": (io.BytesIO(content), "chữ ký.png"), "width_mm": width}


def in_use(unit: UnitOfWork, cast: Cast) -> AppearanceImage:
    with unit.begin(cast.approver) as work:
        return versions(work, account_id=cast.approver.account_id)[0]


def test_a_signatory_adds_sees_and_withdraws_an_image(unit: UnitOfWork, site: Site, cast: Cast) -> None:
    site.as_(cast.approver).open(MINE)
    assert "Bạn chưa có hình ảnh chữ ký" in site.html
    site.send(upload(a_signature()), "/account/signature")
    assert site.status == 200 and "<image href=" in site.html
    image = in_use(unit, cast)
    answer = site.client.get(f"/images/{image.id}/picture")
    assert answer.mimetype == "image/png" and answer.data.startswith(b"\x89PNG")
    assert "sandbox" in answer.headers["Content-Security-Policy"]

    site.open(f"/images/{image.id}/withdrawal")
    site.send({"reason": ""}, "withdrawal")
    assert site.status == 422 and "Chưa nêu lý do" in site.html
    site.send({"reason": "Đổi mẫu chữ ký."}, "withdrawal")
    assert site.status == 200 and "Đổi mẫu chữ ký." in site.html and "Bạn chưa có hình ảnh chữ ký" in site.html
    site.open(f"/images/{image.id}/withdrawal")  # a stale tab finds it so
    assert site.address == MINE


def test_an_administrator_adds_the_seal_and_sees_who_signs(site: Site, cast: Cast, administrator: Actor) -> None:
    site.as_(cast.approver).open(MINE).send(upload(a_signature()), "/account/signature")
    site.as_(administrator).open(DESK)
    assert "con dấu chưa có hình ảnh" in site.html
    site.open(SEAL).send(upload(a_seal(), "36,5"), SEAL)
    assert site.status == 200 and "36,5 × 36,5 mm" in site.html
    site.open(DESK)
    assert site.html.count("<image href=") == 2 and "con dấu đã có hình ảnh" in site.html


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "chọn"),
        (SCRIPT, "không phải là PNG"),
        (a_signature() + SCRIPT, "còn có nội dung khác"),
        (joined([a_head(20_000, 20_000), (b"IDAT", b"x"), (b"IEND", b"")]), "20000 × 20000"),
        (a_bomb(), "bị hỏng"),
    ],
)
def test_bad_pictures_come_back_with_their_reason_and_what_was_typed(
    unit: UnitOfWork, site: Site, cast: Cast, content: bytes, told: str
) -> None:
    site.as_(cast.approver).open(MINE)
    sent = upload(content, "41,5") if content else {"width_mm": "41,5"}
    site.send(sent, "/account/signature")
    assert site.status == 422
    assert 'value="41,5"' in site.html and 'href="#file"' in site.html
    assert told in site.html.replace(".000", "000")


@pytest.mark.parametrize("width", ["", "rộng", "9", "400"])
def test_a_wrong_width_is_told_at_its_field(site: Site, cast: Cast, width: str) -> None:
    site.as_(cast.approver).open(MINE).send(upload(a_signature(), width), "/account/signature")
    assert site.status == 422 and 'href="#width_mm"' in site.html


def test_a_seal_that_is_not_red_is_refused(site: Site, administrator: Actor) -> None:
    site.as_(administrator).open(SEAL).send(upload(a_seal(BLACK), "36"), SEAL)
    assert site.status == 422 and "không phải màu đỏ" in site.html


def test_pages_are_for_those_who_may(unit: UnitOfWork, site: Site, cast: Cast, administrator: Actor) -> None:
    site.as_(cast.approver).open(MINE).send(upload(a_signature()), "/account/signature")
    image = in_use(unit, cast)
    for actor, path, status in (
        (cast.clerk, MINE, 403),
        (cast.approver, DESK, 403),
        (cast.approver, SEAL, 403),
        (cast.clerk, f"/images/{image.id}/picture", 403),
        (administrator, f"/images/{image.id}/picture", 200),
        (administrator, f"{DESK}/nirgends", 404),
        (administrator, f"/images/{cast.clerk.id}/picture", 404),
    ):
        assert site.as_(actor).open(path).status == status, path
