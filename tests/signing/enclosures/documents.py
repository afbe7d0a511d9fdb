"""Documents of others as applicants supply them, good and bad ones, and a main document that names some."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from typing import Any

import pikepdf
import typst
from pikepdf import Array, Dictionary, Name, String
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NumberObject,
    StreamObject,
    pdf_name,
    pdf_string,
)
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import PdfSignedData

from signing.enclosures.blank import blank_page
from signing.pades.appearance import draw_stamp
from signing.pades.enclosures import PROTECTION
from signing.pades.fields import SEAL, Box, Labels, add_signature_fields
from signing.pades.marks import mark_place
from signing.pades.writer import open_writer

AT = datetime(2026, 3, 2, tzinfo=UTC)
Change = Callable[[Any, Any], None]


@cache
def drawing(text: str = "Bản vẽ mặt bằng", page: str = "") -> bytes:
    """A typeset drawing; `page` are more arguments of Typst's page."""
    source = f"#set document(title: [x], date: none)\n#set page({page})\n= {text}\n#pagebreak()\n#rect(width: 5cm)"
    drawn = typst.compile(source.encode(), format="pdf")
    assert isinstance(drawn, bytes)
    return drawn


@cache
def naming(digests: Sequence[str]) -> bytes:
    """A one-page document with both fields that names these files."""
    data = json.dumps({"enclosures": [{"sha256": digest} for digest in digests]})
    source = f"""#set document(title: [x], date: datetime(year: 2026, month: 2, day: 12))
#pdf.attach("licence.json", bytes({json.dumps(data)}), relationship: "data", mime-type: "application/json")
= Giấy phép"""
    drawn = typst.compile(source.encode(), format="pdf")
    assert isinstance(drawn, bytes)
    boxes = (Box(60, 120, 280, 190), Box(320, 100, 420, 200))
    return add_signature_fields(drawn, *boxes, Labels("Signature", "Seal"))


def changed(pdf: bytes, change: Any, **options: Any) -> bytes:
    """The document after `change(pikepdf document)`, written anew."""
    with pikepdf.open(BytesIO(pdf)) as document:
        change(document)
        written = BytesIO()
        document.save(written, **options)
        return written.getvalue()


def turned(pdf: bytes, quarter: int) -> bytes:
    """Its first page turned clockwise by so many quarters, by an entry that the page inherits."""

    def turn(document: Any) -> None:
        document.Root.Pages.Rotate = 90 * quarter

    return changed(pdf, turn)


def with_form(pdf: bytes) -> bytes:
    """The document with a text field in it."""

    def add(document: Any) -> None:
        field = document.make_indirect(
            Dictionary(
                Subtype=Name.Widget,
                FT=Name.Tx,
                T=String("a"),
                Rect=[10, 10, 90, 30],
                P=document.pages[0].obj,
            )
        )
        document.pages[0].obj.Annots = Array([field])
        document.Root.AcroForm = Dictionary(Fields=Array([field]))

    return changed(pdf, add)


def written_by_hand(contents: str) -> bytes:
    """Five objects in the old way; `contents` is what the page names as its contents."""
    objects = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>/Contents {contents}>>",
        "<</Length 1>>stream\nq\nendstream",
        "<<>>",
    )
    written, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(written))
        written += f"{number} 0 obj\n{one}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 6\n0000000000 65535 f \n{table}trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n{len(written)}\n%%EOF\n"
    return written + end.encode()


def locked(pdf: bytes) -> bytes:
    """The document encrypted; anybody may open it."""
    return changed(pdf, lambda document: None, encryption=pikepdf.Encryption(owner="x", user=""))


def dishonest_revision(pdf: bytes, change: Change) -> bytes:
    """A revision with an empty seal, made like ours, in which `change(writer, widget)` did something more."""
    writer: Any = open_writer(pdf)
    place = mark_place(writer.find_page_for_modification(0)[0].get_object())
    field = SigFieldSpec(SEAL, on_page=0, box=place.corners)  # type: ignore[arg-type]
    embedding: Any = PdfCMSEmbedder(new_field_spec=field).write_cms(SEAL, writer)
    widget = next(embedding).get_object()
    draw_stamp(writer, widget, blank_page(200, 36))
    widget["/AP"]["/N"][pdf_name("/Matrix")] = ArrayObject(map(NumberObject, (*place.matrix, 0, 0)))
    change(writer, widget)
    holder = PdfSignedData(pdf_name("/Sig"), SigSeedSubFilter.PADES, AT, bytes_reserved=16_384)
    embedding.send(SigObjSetup(sig_placeholder=holder, mdp_setup=PROTECTION))
    _, output = embedding.send(SigIOSetup(md_algorithm="sha256"))
    revision: bytes = output.getvalue()
    return revision


def _page(writer: Any, number: int = 0) -> Any:
    return writer.find_page_for_modification(number)[0].get_object()


def show_other_pages(writer: Any, widget: Any) -> None:
    _page(writer)["/Contents"] = writer.add_object(StreamObject(stream_data=b"0 0 1 rg 0 0 500 500 re f"))
    writer.update_container(_page(writer))


def show_another_second_page(writer: Any, widget: Any) -> None:
    _page(writer, 1)["/Contents"] = writer.add_object(StreamObject(stream_data=b"0 0 1 rg 0 0 500 500 re f"))
    writer.update_container(_page(writer, 1))


def rewrite_contents(writer: Any, widget: Any) -> None:
    contents = _page(writer, 1).raw_get("/Contents")
    writer.objects[(contents.generation, contents.idnum)] = StreamObject(stream_data=b"0 0 1 rg 0 0 9 9 re f")


def lay_a_note_over_it(writer: Any, widget: Any) -> None:
    note = DictionaryObject({pdf_name("/Type"): pdf_name("/Annot"), pdf_name("/Subtype"): pdf_name("/FreeText")})  # type: ignore[no-untyped-call]
    note[pdf_name("/Rect")] = ArrayObject(map(NumberObject, (0, 0, 600, 800)))
    _page(writer)["/Annots"].append(writer.add_object(note))


def stretch_the_mark(writer: Any, widget: Any) -> None:
    widget[pdf_name("/Rect")] = ArrayObject(map(FloatObject, (0, 0, 595, 842)))


def turn_the_mark(writer: Any, widget: Any) -> None:
    widget["/AP"]["/N"][pdf_name("/Matrix")] = ArrayObject(map(NumberObject, (9, 0, 0, 9, 0, 0)))


def act_on_a_click(writer: Any, widget: Any) -> None:
    widget[pdf_name("/A")] = DictionaryObject({pdf_name("/S"): pdf_name("/URI"), pdf_name("/URI"): pdf_string("x")})  # type: ignore[no-untyped-call]


def act_on_opening(writer: Any, widget: Any) -> None:
    writer.root[pdf_name("/OpenAction")] = DictionaryObject({pdf_name("/S"): pdf_name("/URI")})  # type: ignore[no-untyped-call]
    writer.update_root()


def tell_another_title(writer: Any, widget: Any) -> None:
    writer.set_info(DictionaryObject({pdf_name("/Title"): pdf_string("x")}))  # type: ignore[no-untyped-call]


CHANGES: dict[str, Change] = {
    change.__name__: change
    for change in (
        show_other_pages,
        show_another_second_page,
        rewrite_contents,
        lay_a_note_over_it,
        stretch_the_mark,
        turn_the_mark,
        act_on_a_click,
        act_on_opening,
        tell_another_title,
    )
}
