"""The shipped licence as a PDF: places for signature and seal stay empty, what people typed is printed as typed."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import segno
import zxingcpp
from PIL import Image, ImageChops

from config.typeset import TypesettingFailed
from licensing.catalogue.package import Box
from licensing.catalogue.typesetting import template_folder
from tests.config.typesetting import AT, Running, running_typesetter
from tests.licensing.catalogue.shipped import changed, shipped

DOTS = 150  # a square inch of the picture has this many dots a side
VERIFY_AT = "https://giayphep.vidu.example/l/7K3M9QX2TB4A"
PLAIN_FIELDS = {
    "establishment_name": "Công ty TNHH Thực phẩm Ví Dụ",
    "owner_name": "Nguyễn Thị Phượng Quỳnh",
    "production_address": "Số 15, ngõ 68, đường Ví Dụ, phường Minh Họa, tỉnh Minh Họa",
    "phone": "0000 000 000",
    "business_registration_number": "0100000000",
    "establishment_kind": "other_production",
    "products": ["Giò, chả và các sản phẩm chế biến từ thịt", "Nem chua"],
}
LONG = "Công ty Trách nhiệm hữu hạn Một thành viên Sản xuất, Thương mại, Dịch vụ và Xuất nhập khẩu Nông sản "
WIDE_FIELDS = PLAIN_FIELDS | {
    "establishment_name": (LONG * 3)[:300],
    "owner_name": "N" * 120,
    "production_address": "W" * 300,
    "phone": "0" * 20,
    "business_registration_number": "W" * 20,
    "products": [f"{number}. " + "Rau, củ, quả và nấm chế biến, " * 6 for number in range(100)],
}
USUAL_SIGNATORY = {"capacity": ["KT. Giám đốc", "Phó Giám đốc"], "name": "Trần Đức Thắng"}
LONG_SIGNATORY = {
    "capacity": [
        "KT. Giám đốc Sở Nông nghiệp và Môi trường",
        "Phó Giám đốc phụ trách Chi cục Quản lý chất lượng Nông lâm sản và Thủy sản",
    ],
    "name": "Công Tằng Tôn Nữ Thị Bích Phượng Hoàng Oanh",
}
HOSTILE = """#panic() *a* _b_ @c $x^2$ `d` = e <b>&amp;</b> \\ "f" 'g' {{7*7}} #import "@preview/x:1.0.0" </svg>"""


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with running_typesetter() as running:
        yield running


def typeset(running: Running, fields: dict[str, Any] | None = None, **changes: Any) -> bytes:
    """The certificate, real unless `trial` is given."""
    data = {
        "agency": {"name": "Sở Nông nghiệp và Môi trường tỉnh Minh Họa", "superior": "UBND tỉnh", "place": "Minh Họa"},
        "number": "12/2026/ATTP-SNNMT",
        "issued_on": "2026-02-05",
        "valid_until": "2029-02-05",
        "register_code": "7K3M9QX2TB4A",
        "verify_at": VERIFY_AT,
        "fields": PLAIN_FIELDS | (fields or {}),
        "recipients": [recipient.vi for recipient in shipped().definition.result.recipients],
        "signatory": {"capacity": ["TM. Ủy ban nhân dân", "KT. Chủ tịch", "Phó Chủ tịch"], "name": "Trần Đức Thắng"},
        "trial": None,
        **changes,
    }
    svg = io.BytesIO()
    segno.make_qr(VERIFY_AT, error="m").save(svg, kind="svg", border=4, xmldecl=False)
    files = {"qr.svg": svg.getvalue(), "licence.json": json.dumps(data["fields"], ensure_ascii=False).encode()}
    folder = template_folder(shipped(), running.folder / "templates")
    return running.typesetter.typeset(folder, "licence.typ", data, at=AT, files=files)


def run_tool(name: str, pdf: bytes, folder: Path, *arguments: str) -> bytes:
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    (folder / "licence.pdf").write_bytes(pdf)
    command = [name, *arguments, str(folder / "licence.pdf"), *(["-"] if name == "pdftotext" else [])]
    return subprocess.run(command, capture_output=True, check=True).stdout


def words_of(pdf: bytes, folder: Path) -> str:
    return " ".join(run_tool("pdftotext", pdf, folder, "-raw").decode().split())


def picture_of(pdf: bytes, folder: Path) -> Image.Image:
    """The first page in grey."""
    first = run_tool("pdftoppm", pdf, folder, "-gray", "-r", str(DOTS), "-f", "1", "-l", "1")
    return Image.open(io.BytesIO(first))


def dots_of(box: Box, page: Image.Image) -> tuple[int, int, int, int]:
    """The box in the picture: left, upper, right, lower."""
    left, right = (float(x) * DOTS / 72 for x in (box.x, box.x + box.width))
    upper, lower = (page.height - float(y) * DOTS / 72 for y in (box.y + box.height, box.y))
    return int(left), int(upper) + 1, int(right), int(lower)


@pytest.mark.parametrize("fields", [PLAIN_FIELDS, WIDE_FIELDS])
def test_the_places_of_signature_and_seal_are_empty(running: Running, fields: dict[str, Any], tmp_path: Path) -> None:
    page = picture_of(typeset(running, fields), tmp_path)
    for box in shipped().definition.result.boxes.values():
        assert page.crop(dots_of(box, page)).getextrema() == (255, 255)


@pytest.mark.parametrize("signatory", [USUAL_SIGNATORY, LONG_SIGNATORY])
def test_the_places_stay_empty_whoever_signs(running: Running, signatory: dict[str, Any], tmp_path: Path) -> None:
    pdf = typeset(running, signatory=signatory)
    page = picture_of(pdf, tmp_path)
    for box in shipped().definition.result.boxes.values():
        assert page.crop(dots_of(box, page)).getextrema() == (255, 255)
    assert "".join(signatory["name"].split()) in "".join(words_of(pdf, tmp_path).split())


def test_titles_that_leave_no_place_for_the_signature_are_refused(running: Running) -> None:
    with pytest.raises(TypesettingFailed, match="signatory are too long"):
        typeset(running, signatory={"capacity": [LONG, LONG * 2], "name": "Trần Đức Thắng"})
    with pytest.raises(TypesettingFailed, match="signatory are too long"):
        typeset(running, signatory={"capacity": ["Giám đốc"], "name": LONG * 3})


def test_the_name_stands_right_below_them_and_the_title_above(running: Running, tmp_path: Path) -> None:
    boxes = shipped().definition.result.boxes
    page = picture_of(typeset(running), tmp_path)
    official = boxes["official"]
    below = page.height - float(boxes["seal"].y) * DOTS / 72
    strip = (int(float(official.x) * DOTS / 72), int(below), int(float(official.x + official.width) * DOTS / 72))
    assert page.crop((*strip, int(below + 30 * DOTS / 72))).histogram()[0] > 0


def test_the_layout_of_the_decree(running: Running, tmp_path: Path) -> None:
    words = words_of(typeset(running), tmp_path)
    for said in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 12/2026/ATTP-SNNMT",
        "Minh Họa, ngày 05 tháng 02 năm 2026",
        "GIẤY CHỨNG NHẬN CƠ SỞ ĐỦ ĐIỀU KIỆN AN TOÀN THỰC PHẨM",
        "Chủ cơ sở: Nguyễn Thị Phượng Quỳnh",
        "Đủ điều kiện an toàn thực phẩm để sản xuất thực phẩm:",
        "có hiệu lực đến hết ngày 05 tháng 02 năm 2029",
        "TM. ỦY BAN NHÂN DÂN KT. CHỦ TỊCH PHÓ CHỦ TỊCH",
        "Trần Đức Thắng",
        "Nơi nhận:",
        VERIFY_AT,
    ):
        assert said in words
    assert "THỬ NGHIỆM" not in words


@pytest.mark.parametrize(
    ("day", "written"),
    [
        ("2026-01-10", "ngày 10 tháng 01 năm"),
        ("2026-03-09", "ngày 09 tháng 3 năm"),
        ("2026-11-24", "ngày 24 tháng 11 năm"),
    ],
)
def test_days_below_ten_and_months_one_and_two_have_a_zero(
    running: Running, day: str, written: str, tmp_path: Path
) -> None:
    assert written in words_of(typeset(running, issued_on=day), tmp_path)


def test_a_licence_that_is_numbered_later_keeps_its_places_and_nothing_else_moves(
    running: Running, tmp_path: Path
) -> None:
    """Without number and days the page is the same but for their places, each of which is told by a link."""
    later = {"number": None, "issued_on": None, "valid_until": None}
    longest = "ngày 00 tháng 00 năm 0000"
    blanks = {
        "Number": {"usual": "00/2026/ATTP-SNNMT", "longest": "000000/2026/ATTP-SNNMT"},
        "Date": {"usual": longest, "longest": longest},
        "Expiry": {"usual": longest, "longest": longest},
    }
    pdf = typeset(running, **later, blanks=blanks)
    words = words_of(pdf, tmp_path)
    assert "2026/ATTP" not in words and "ngày" not in words
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert "mã đăng ký 7K3M9QX2TB4A" in str(document.docinfo.Title)
        places = {str(note.A.URI): [float(edge) for edge in note.Rect] for note in document.pages[0].Annots}
    assert set(places) == {
        "blank:Number?style=regular&size=13",
        "blank:Date?style=italic&size=13",
        "blank:Expiry?style=regular&size=14",
    }
    filled, empty = picture_of(typeset(running), tmp_path), picture_of(pdf, tmp_path)
    scale = DOTS / 72
    for left, bottom, right, top in places.values():
        box = (int((left - 8) * scale), int(filled.height - (top + 3) * scale),
               int((right + 8) * scale), int(filled.height - (bottom - 3) * scale))  # fmt: skip
        assert sum(filled.crop(box).histogram()[:200]) > 0, "the text stood here"
        for picture in (filled, empty):
            picture.paste(255, box)
    different = ImageChops.difference(filled, empty).point(lambda value: 255 if value > 64 else 0)
    assert different.getbbox() is None or _nearly_nothing(different)


def _nearly_nothing(picture: Image.Image) -> bool:
    """The label before the number may stand a point to the left or right."""
    return picture.histogram()[255] < 0.0005 * picture.width * picture.height


def test_many_products_are_named_by_the_register_code_before_there_is_a_number(
    running: Running, tmp_path: Path
) -> None:
    blanks = {name: {"usual": "00", "longest": "000000"} for name in ("Number", "Date", "Expiry")}
    pdf = typeset(running, WIDE_FIELDS, number=None, issued_on=None, valid_until=None, blanks=blanks)
    assert "(Kèm theo Giấy chứng nhận mã đăng ký 7K3M9QX2TB4A)" in words_of(pdf, tmp_path)


def test_a_trial_says_so(running: Running, tmp_path: Path) -> None:
    trial = {"vi": "Bản thử nghiệm – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ", "en": "Trial copy – no legal value"}
    words = words_of(typeset(running, trial=trial), tmp_path)
    assert "KHÔNG CÓ GIÁ TRỊ PHÁP LÝ" in words and "no legal value" in words


def test_markup_in_names_is_printed(running: Running, tmp_path: Path) -> None:
    words = words_of(typeset(running, {"establishment_name": HOSTILE, "owner_name": "= H1 - a + b / c: d"}), tmp_path)
    assert "".join(HOSTILE.split()) in "".join(words.split())  # a line may end where the name has no space
    assert "= H1 - a + b / c: d" in words


def test_many_products_go_to_an_annex_that_says_what_it_belongs_to(running: Running, tmp_path: Path) -> None:
    pdf = typeset(running, WIDE_FIELDS)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.pages) > 2
    words = words_of(pdf, tmp_path)
    assert "100 nhóm sản phẩm, dịch vụ ghi tại Phụ lục kèm theo" in words
    assert "Kèm theo Giấy chứng nhận số 12/2026/ATTP-SNNMT" in words and "100. 99. Rau, củ" in words
    assert len(pdf) < 200_000


def test_the_qr_leads_to_where_it_is_verified(running: Running, tmp_path: Path) -> None:
    assert [code.text for code in zxingcpp.read_barcodes(picture_of(typeset(running), tmp_path))] == [VERIFY_AT]


def test_the_document_is_archivable_accessible_small_and_carries_its_data(running: Running) -> None:
    pdf = typeset(running)
    assert len(pdf) < 70_000  # signatures and evidence need 80,000 more; the limit is 150,000
    with pikepdf.open(io.BytesIO(pdf)) as document:
        metadata = document.Root.Metadata.read_bytes()
        assert b"<pdfaid:part>3</pdfaid:part>" in metadata and b"<pdfuaid:part>1</pdfuaid:part>" in metadata
        assert str(document.Root.Lang) == "vi-VN"
        assert "12/2026/ATTP-SNNMT" in str(document.docinfo.Title)
        attached = document.attachments["licence.json"]
        assert json.loads(attached.get_file().read_bytes()) == PLAIN_FIELDS
        assert str(attached.obj.AFRelationship) == "/Data" and len(document.pages) == 1
        fonts = {str(font.BaseFont).split("+")[1] for font in document.pages[0].Resources.Font.values()}
        assert all(font.startswith("Tinos") for font in fonts)


def test_fields_beyond_every_measure_are_refused_not_cut(running: Running) -> None:
    with pytest.raises(TypesettingFailed, match="too long"):
        typeset(running, {"establishment_name": LONG * 40})


def test_a_template_folder_holds_exactly_the_layout_of_its_revision(tmp_path: Path) -> None:
    first = template_folder(shipped(), tmp_path)
    assert template_folder(shipped(), tmp_path) == first
    assert sorted(str(path.relative_to(first)) for path in first.rglob("*.*")) == ["layouts/nd30.typ", "licence.typ"]
    other = template_folder(changed("licence.typ", ("470pt", "471pt")), tmp_path)
    assert other != first and "470pt" in (first / "licence.typ").read_text(encoding="utf-8")
    assert template_folder(changed("procedure.yaml", ("value: 25", "value: 24")), tmp_path) == first
    assert len(list(tmp_path.iterdir())) == 2
