"""ISA: another revision that shows something else, written well or so that only lenient readers see it."""

from __future__ import annotations

from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from tests.attacks.collection import AMBER, RED, UNREADABLE, attack, attacks
from tests.attacks.edit import array, dictionary, page_of, stream, updated
from tests.attacks.raw import content_number, page_number, raw_revision, size_of, stream_body, with_body

KIND = "incremental saving"
ON = "licence numbered plain archived certified2"
OPEN = {"plain": AMBER, "archived": AMBER}  # others' approval signatures forbid nothing
MANIPULATED = b"BT /F1 30 Tf 60 400 Td (Manipulated now) Tj ET"


def _page(key: str, value: Any) -> Any:
    def forge(pdf: bytes) -> bytes:
        def change(writer: Any) -> None:
            page = page_of(writer)
            page[pdf_name(key)] = value
            writer.update_container(page)

        return updated(pdf, change)

    return forge


@attack(KIND, ON + " twice certified1 certified3", other=OPEN | {"twice": AMBER, "certified3": AMBER})
def page_redrawn(pdf: bytes) -> bytes:
    def change(writer: Any) -> None:
        page = page_of(writer)
        page[pdf_name("/Contents")] = writer.add_object(stream(MANIPULATED))
        writer.update_container(page)

    return updated(pdf, change)


@attack(KIND, ON, other=OPEN)
def content_stream_overwritten(pdf: bytes) -> bytes:
    return raw_revision(pdf, {content_number(pdf): stream_body(MANIPULATED)})


for number, parts in enumerate(
    ("", "eof", "startxref", "table", "table trailer", "trailer", "trailer startxref eof", "table eof", "startxref eof")
):

    def _without_parts(pdf: bytes, parts: str = parts) -> bytes:
        return raw_revision(pdf, {content_number(pdf): stream_body(MANIPULATED)}, parts=parts)

    expected = RED if parts in ("", "table", "table trailer", "trailer") else UNREADABLE
    attacks(
        KIND, "licence plain", expected, [(f"update_ending_{number}_with_{parts.replace(' ', '_')}", _without_parts)]
    )


@attack(KIND, ON)
def update_without_end_of_file_mark(pdf: bytes) -> bytes:
    """Variant 3: readers show the page, the signing library sees no change."""
    return raw_revision(pdf, {content_number(pdf): stream_body(MANIPULATED)}, parts="table trailer startxref")


@attack(KIND, ON)
def update_with_the_old_offset(pdf: bytes) -> bytes:
    """The end of the signed revision is repeated behind objects that nothing refers to."""
    last = pdf.rindex(b"startxref")
    return raw_revision(pdf, {content_number(pdf): stream_body(MANIPULATED)}, parts="") + pdf[last:]


@attack(KIND, "licence plain", other={"plain": AMBER})
def page_added(pdf: bytes) -> bytes:
    def change(writer: Any) -> None:
        added = dictionary(Type=pdf_name("/Page"), MediaBox=array(0, 0, 595, 842), Resources=dictionary())
        pages = writer.root["/Pages"]
        added[pdf_name("/Parent")] = writer.root.raw_get("/Pages")
        pages["/Kids"].append(writer.add_object(added))
        pages[pdf_name("/Count")] = generic.NumberObject(int(pages["/Count"]) + 1)  # type: ignore[no-untyped-call]
        writer.update_container(pages["/Kids"])
        writer.update_container(pages)

    return updated(pdf, change)


@attack(KIND, "licence plain", other={"plain": AMBER})
def pages_swapped_by_the_catalog(pdf: bytes) -> bytes:
    def change(writer: Any) -> None:
        page = dictionary(Type=pdf_name("/Page"), MediaBox=array(0, 0, 595, 842))
        page[pdf_name("/Contents")] = writer.add_object(stream(MANIPULATED))
        kids = generic.ArrayObject([writer.add_object(page)])
        pages = dictionary(Type=pdf_name("/Pages"), Kids=kids, Count=generic.NumberObject(1))  # type: ignore[no-untyped-call]
        writer.root[pdf_name("/Pages")] = writer.add_object(pages)
        writer.update_root()

    return updated(pdf, change)


PAGES: dict[str, Any] = {
    "page_cropped": _page("/CropBox", array(0, 0, 10, 10)),
    "page_of_another_size": _page("/MediaBox", array(0, 0, 9, 9)),
    "page_turned": _page("/Rotate", generic.NumberObject(180)),  # type: ignore[no-untyped-call]
    "page_without_fonts": _page("/Resources", dictionary()),
    "page_without_annotations": _page("/Annots", generic.ArrayObject()),
}
for base, verdict in (("licence", RED), ("plain", AMBER)):
    attacks(KIND, base, verdict, PAGES.items())


@attack(KIND, "licence plain", other={"plain": AMBER})
def page_object_redefined_with_another_size(pdf: bytes) -> bytes:
    number = page_number(pdf)
    return raw_revision(pdf, {number: with_body(pdf, number, b"/UserUnit", b"3")})


@attack(KIND, "licence plain", other={"plain": AMBER})
def unused_object_added(pdf: bytes) -> bytes:
    """Shows nothing now; the next revision may use it."""
    return raw_revision(pdf, {size_of(pdf): stream_body(MANIPULATED)})


@attack(KIND, "licence plain", AMBER)
def empty_revision_added(pdf: bytes) -> bytes:
    return raw_revision(pdf, {})


@attack(KIND, "licence plain")
def comment_appended(pdf: bytes) -> bytes:
    return pdf + b"% a remark\n"
