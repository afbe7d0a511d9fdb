"""Pictures in stamps: one form to the last octet, small, where the decree wants them, in PDF/A and PDF/UA."""

from __future__ import annotations

import functools
import hashlib
import subprocess
import zlib
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from signing.pades.appearance import STAMPS
from signing.pades.complete import complete
from signing.pades.errors import StampNotSuitable
from signing.pades.fields import OFFICIAL, SEAL, Box, add_signature_fields
from signing.pades.marks import MARK, MARK_BOX, Copy, attachment_mark, copy_mark
from signing.pades.picture import Picture, picture_stamp, read_picture
from signing.pades.placement import POINTS, Size, seal_place, signature_place
from signing.pades.prepare import prepare
from signing.validation.report import Verdict
from signing.validation.validate import validate
from tests.pki.build import Identity, pki
from tests.signing.pades.build import (
    AT,
    LABELS,
    LATER,
    OFFICIAL_BOX,
    base_document,
    fresh,
    issued,
    preserve_now,
    sign_value,
    timestamper,
    trust,
    typeset,
)
from tests.signing.pades.test_tools import _run
from tests.verapdf.check import faults

BLUE, RED = (27, 63, 156), (212, 18, 30)
SIGNED_AT = "2026-09-30T14:05:09+07:00"


def a_picture(width: int = 9, height: int = 5, bits: int = 4, ink: tuple[int, int, int] = BLUE) -> Picture:
    """A rising pattern of coverage."""
    length = (width * bits + 7) // 8
    rows = b"".join(bytes([0, *((row * 40 + column * 16) % 256 for column in range(length))]) for row in range(height))
    return Picture(width, height, bits, ink, zlib.compress(rows))


SIGNATURE, SEAL_PICTURE = a_picture(200, 80).to_png(), a_picture(120, 120, 2, RED).to_png()


@pytest.mark.parametrize("bits", [1, 2, 4])
@pytest.mark.parametrize("size", [(1, 1), (7, 3), (64, 31)])
def test_a_picture_is_read_back_as_it_was_and_anything_shows_it(bits: int, size: tuple[int, int]) -> None:
    picture = a_picture(*size, bits)
    assert read_picture(picture.to_png()) == picture
    with Image.open(BytesIO(picture.to_png())) as shown:
        assert shown.size == size
        assert {pixel[:3] for pixel in shown.convert("RGBA").get_flattened_data()} == {BLUE}  # type: ignore[index]


@given(st.integers(0, len(SIGNATURE) - 1), st.integers(0, 255))
def test_no_other_octet_passes(at: int, octet: int) -> None:
    changed = SIGNATURE[:at] + bytes([octet]) + SIGNATURE[at + 1 :]
    if changed != SIGNATURE:
        with pytest.raises(StampNotSuitable):
            read_picture(changed)


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        SIGNATURE + b"x",
        b"x" + SIGNATURE,
        a_picture(2_000, 2_000, 1).to_png(),
        Picture(9, 5, 4, BLUE, zlib.compress(bytes(9))).to_png(),
        Picture(9, 5, 4, BLUE, zlib.compress(bytes(60_000_000))).to_png(),
        Picture(9, 5, 4, BLUE, zlib.compress(b"\x05" * 30)).to_png(),
        Picture(9, 5, 4, BLUE, b"no rows").to_png(),
    ],
)
def test_what_is_not_in_this_form_is_refused(wrong: bytes) -> None:
    with pytest.raises(StampNotSuitable):
        picture_stamp(wrong, 100, 50)


def test_the_stamp_is_the_same_every_time_and_adds_little() -> None:
    stamp = picture_stamp(SIGNATURE, 100, 50)
    assert stamp == picture_stamp(SIGNATURE, 100, 50)
    assert len(stamp) < len(SIGNATURE) + 1_500


def test_a_signature_stands_in_the_middle_and_the_seal_in_real_size_over_its_left_third() -> None:
    room, seal = Box(346, 192, 496, 258), Size(36, 36)
    for signature in (Size(40, 16), Size(30, 20), Size(52, 22)):
        placed = signature_place(room, signature)
        assert (placed.left + placed.right) / 2 == pytest.approx(421, abs=0.02)
        assert (placed.bottom + placed.top) / 2 == pytest.approx(225, abs=0.02)
        assert placed.width == pytest.approx(signature.width * POINTS, abs=0.02)
        sealed = seal_place(placed, seal)
        assert (sealed.width, sealed.height) == pytest.approx((36 * POINTS, 36 * POINTS), abs=0.02)
        assert (sealed.right - placed.left) / placed.width == pytest.approx(1 / 3, abs=0.001)


def test_a_signature_that_is_too_large_for_its_place_is_drawn_smaller() -> None:
    placed = signature_place(Box(0, 0, 150, 66), Size(100, 25))
    assert (placed.width, placed.height) == pytest.approx((150, 37.5), abs=0.02)
    high = signature_place(Box(0, 0, 150, 66), Size(40, 40))
    assert (high.width, high.height) == pytest.approx((66, 66), abs=0.02)


def test_a_seal_stays_on_the_page_in_real_size() -> None:
    sealed = seal_place(Box(20, 10, 120, 50), Size(60, 60))
    assert (sealed.left, sealed.bottom) == (0, 0)
    assert (sealed.width, sealed.height) == pytest.approx((60 * POINTS, 60 * POINTS), abs=0.02)


def signed(pdf: bytes, field: str, who: Identity, stamp: bytes) -> bytes:
    prepared = prepare(pdf, field, who.certificate_der, who.chain_der, stamp, AT)
    value = sign_value(who, prepared.attributes)
    token = timestamper(AT)(hashlib.sha256(value).digest())
    return complete(prepared.revision, prepared.attributes, value, who.certificate_der, who.chain_der, token)


@functools.cache
def with_pictures() -> bytes:
    """A preserved document with both pictures."""
    official = signature_place(OFFICIAL_BOX, Size(50, 20))
    seal = seal_place(official, Size(36, 36))
    pdf = add_signature_fields(base_document(), official, seal, LABELS)
    pdf = signed(pdf, OFFICIAL, pki().official, picture_stamp(SIGNATURE, official.width, official.height))
    return preserve_now(signed(pdf, SEAL, pki().seal, picture_stamp(SEAL_PICTURE, seal.width, seal.height)))


@functools.cache
def with_mark(which: str) -> bytes:
    """A document whose seal is a text mark at the top right of page 1."""
    data = attachment_mark("12/2026/ATTP-SNNMT", SIGNED_AT) if which == "attachment" else copied("Sở Ví Dụ")
    pdf = add_signature_fields(base_document(), OFFICIAL_BOX, MARK_BOX, LABELS)
    pdf = signed(pdf, OFFICIAL, pki().official, picture_stamp(SIGNATURE, OFFICIAL_BOX.width, OFFICIAL_BOX.height))
    return preserve_now(signed(pdf, SEAL, pki().seal, typeset(STAMPS / MARK, "", data)))


def copied(agency: str) -> dict[str, object]:
    return copy_mark(Copy.EXTRACT, agency, SIGNED_AT)


def document(which: str) -> bytes:
    return with_pictures() if which == "pictures" else with_mark(which)


DOCUMENTS = pytest.mark.parametrize("which", ["pictures", "attachment", "copy"])


@DOCUMENTS
@pytest.mark.parametrize("flavour", ["3a", "ua1"])
def test_the_document_stays_pdf_a_and_pdf_ua(which: str, flavour: str) -> None:
    assert faults(document(which), flavour) == []


@DOCUMENTS
def test_our_verdict_and_pdfsig_agree(which: str, tmp_path: Path) -> None:
    report = validate(document(which), trust(), LATER, fresh())
    assert report.verdict is Verdict.VALID, report.reasons
    (tmp_path / "document.pdf").write_bytes(document(which))
    assert _run("pdfsig", "-nocert", tmp_path / "document.pdf").count("Signature is Valid.") == 2


def test_pictures_need_no_fonts_so_the_document_becomes_smaller() -> None:
    assert len(with_pictures()) < len(issued().preserved)
    with pikepdf.open(BytesIO(with_pictures())) as pdf:
        for field in list(pdf.Root.AcroForm.Fields)[:2]:
            (image,) = field.AP.N.Resources.XObject.values()
            assert "/Font" not in field.AP.N.Resources
            assert str(image.ColorSpace[0]) == "/Indexed" and str(image.ColorSpace[1]) == "/DeviceRGB"
            assert str(image.SMask.ColorSpace) == "/DeviceGray"
            assert str(field.TU)


@pytest.mark.parametrize(
    ("which", "lines"),
    [
        ("attachment", ["12/2026/ATTP-SNNMT", SIGNED_AT]),
        ("copy", ["TRÍCH SAO", "Sở Ví Dụ", SIGNED_AT]),
    ],
)
def test_text_marks_stand_at_the_top_right_of_page_1(which: str, lines: list[str], tmp_path: Path) -> None:
    file = tmp_path / "document.pdf"
    file.write_bytes(with_mark(which))
    where = ["-x", "350", "-y", "10", "-W", "205", "-H", "45"]
    said = _run("pdftotext", "-f", "1", "-l", "1", "-r", "72", *where, "-layout", file, "-")
    assert [line.strip() for line in said.split("\n") if line.strip()] == lines


def test_a_long_agency_is_set_smaller_and_stays_whole() -> None:
    name = "Chi cục Quản lý chất lượng nông lâm sản và thủy sản thuộc Sở Nông nghiệp và Môi trường tỉnh Minh Họa"
    stamp = typeset(STAMPS / MARK, "", copied(name))
    ran = subprocess.run(["pdftotext", "-layout", "-", "-"], input=stamp, capture_output=True, check=True)
    assert name in " ".join(ran.stdout.decode().split())
