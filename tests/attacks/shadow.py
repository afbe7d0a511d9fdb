"""Shadow attacks: the forger prepares the document, a trusted person signs it, then what was hidden is shown."""

from __future__ import annotations

import functools
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.sign.fields import MDPPerm

from tests.attacks.bases import BASES, unsigned_letter
from tests.attacks.collection import AMBER, RED, attack
from tests.attacks.edit import Freedom, array, field_of, page_of, sign_freely, stream, text, updated
from tests.attacks.raw import object_of, raw_revision
from tests.pki.build import pki
from tests.signing.pades.build import preserve_now

HIDE, REPLACE, BOTH = "shadow: hide", "shadow: replace", "shadow: hide and replace"
SHADOWED = "shadowed shadowed_certified shadowed_archived"
OPEN = {"shadowed": AMBER, "shadowed_archived": AMBER}


@functools.cache
def _prepared() -> bytes:
    """A letter with an image over its text, a second page and a second catalog that nothing refers to."""
    with pikepdf.open(BytesIO(unsigned_letter())) as document:
        page = document.pages[0]
        cover = Stream(document, b"1 g 0 0 595 842 re f BT /F1 12 Tf 60 500 Td (All is well.) Tj ET")
        cover.Type, cover.Subtype, cover.BBox = Name.XObject, Name.Form, Array([0, 0, 595, 842])
        cover.Resources = Dictionary(Font=page.Resources.Font)
        page.Resources.XObject = Dictionary(Cover=document.make_indirect(cover))
        page.contents_add(Stream(document, b"/Cover Do"))
        hidden = Stream(document, b"BT /F1 12 Tf 60 500 Td (Pay one million.) Tj ET")
        other = Dictionary(Type=Name.Page, MediaBox=[0, 0, 595, 842], Resources=page.Resources)
        other.Contents = document.make_indirect(hidden)
        other = document.make_indirect(other)
        pages = document.make_indirect(Dictionary(Type=Name.Pages, Kids=[other], Count=1))
        other.Parent = pages
        catalog = Dictionary(Type=Name.Catalog, Pages=pages, AcroForm=document.Root.AcroForm)
        document.trailer.Root.PieceInfo = Dictionary(Kept=document.make_indirect(catalog))
        written = BytesIO()
        document.save(written, deterministic_id=True, compress_streams=False)
        return written.getvalue()


@functools.cache
def _shadowed(level: int | None = None) -> bytes:
    freedom = Freedom(certify=MDPPerm(level) if level else None)
    return sign_freely(_prepared(), "Signature1", pki().deputy, freedom)


BASES |= {
    "shadowed": _shadowed,
    "shadowed_certified": lambda: _shadowed(2),
    "shadowed_archived": functools.cache(lambda: preserve_now(_shadowed())),
}


def _cover(pdf: bytes) -> int:
    with pikepdf.open(BytesIO(pdf)) as document:
        number: int = document.pages[0].Resources.XObject.Cover.objgen[0]
        return number


@attack(HIDE, SHADOWED, other=OPEN)
def cover_replaced_by_nothing(pdf: bytes) -> bytes:
    """What lay over the text is redefined as an empty drawing."""
    number = _cover(pdf)
    return raw_revision(
        pdf, {number: b"<< /Type /XObject /Subtype /Form /BBox [0 0 1 1] /Length 0 >>stream\n\nendstream"}
    )


@attack(HIDE, SHADOWED, other=OPEN)
def cover_set_free(pdf: bytes) -> bytes:
    """The cross-reference says that the object does not exist."""
    return raw_revision(pdf, {}, free=(_cover(pdf),))


@attack(BOTH, SHADOWED, RED, OPEN)
def prepared_catalog_activated(pdf: bytes) -> bytes:
    """The trailer points at the second catalog, which shows the second page."""
    with pikepdf.open(BytesIO(pdf)) as document:
        number = document.Root.PieceInfo.Kept.objgen[0]
    return raw_revision(pdf, {}, root=number)


@attack(BOTH, SHADOWED, other=OPEN)
def prepared_page_put_into_the_tree(pdf: bytes) -> bytes:
    def change(writer: Any) -> None:
        writer.root[pdf_name("/Pages")] = writer.root["/PieceInfo"]["/Kept"].raw_get("/Pages")
        writer.update_root()

    return updated(pdf, change)


@attack(BOTH, SHADOWED, other=OPEN)
def pages_object_redefined(pdf: bytes) -> bytes:
    with pikepdf.open(BytesIO(pdf)) as document:
        number, other = document.Root.Pages.objgen[0], document.Root.PieceInfo.Kept.Pages.objgen[0]
    return raw_revision(pdf, {number: object_of(pdf, other)})


@attack(BOTH, SHADOWED, other=OPEN)
def hidden_content_shown(pdf: bytes) -> bytes:
    def change(writer: Any) -> None:
        page = page_of(writer)
        page[pdf_name("/Contents")] = writer.root["/PieceInfo"]["/Kept"]["/Pages"]["/Kids"][0].raw_get("/Contents")
        writer.update_container(page)

    return updated(pdf, change)


LETTERS = "plain archived twice certified2 certified3"


@attack(REPLACE, LETTERS, AMBER)
def payee_replaced(pdf: bytes) -> bytes:
    """A text field gets another value and another drawing; the library calls that form filling."""

    def change(writer: Any) -> None:
        reference = field_of(writer, "Payee")
        field = reference.get_object()
        field[pdf_name("/V")] = text("Attacker")
        drawn = stream(
            b"BT /F1 12 Tf 2 5 Td (Attacker) Tj ET",
            Type=pdf_name("/XObject"),
            Subtype=pdf_name("/Form"),
            BBox=array(0, 0, 240, 20),
            Resources=field["/AP"]["/N"]["/Resources"],
        )
        field["/AP"][pdf_name("/N")] = writer.add_object(drawn)
        writer.mark_update(reference)

    return updated(pdf, change)


@attack(REPLACE, LETTERS, AMBER)
def drawing_of_the_payee_replaced(pdf: bytes) -> bytes:
    """The field keeps its value and shows another."""

    def change(writer: Any) -> None:
        reference = field_of(writer, "Payee")
        drawn = reference.get_object()["/AP"].raw_get("/N")
        found = drawn.get_object()
        found._data, found._encoded_data = b"BT /F1 12 Tf 2 5 Td (Attacker) Tj ET", None
        writer.mark_update(drawn)

    return updated(pdf, change)


@attack(REPLACE, "plain certified2 licence", RED, other={"plain": AMBER})
def font_replaced(pdf: bytes) -> bytes:
    """The same codes, drawn with letters that stand for others."""
    with pikepdf.open(BytesIO(pdf)) as document:
        fonts = document.pages[0].obj.Resources.Font
        number = next(iter(fonts.values())).objgen[0]
    body = b"<< /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>"
    return raw_revision(pdf, {number: body})


@attack(REPLACE, "plain certified2", AMBER)
def value_replaced_without_drawing(pdf: bytes) -> bytes:
    def change(writer: Any) -> None:
        reference = field_of(writer, "Payee")
        reference.get_object()[pdf_name("/V")] = text("Attacker")
        writer.mark_update(reference)

    return updated(pdf, change)
