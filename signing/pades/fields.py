"""Puts the two empty signature fields into a document before anything is signed, so that signing adds no
field.

A seal field made after a certification signature would break that signature (ISO 32000-1, 12.8.2.2), and a
field outside the structure tree would break PDF/UA; both are avoided by making them here, tagged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Page, Pdf, String

from signing.pades.blanks import Blank, add_blanks
from signing.pades.errors import DocumentNotSuitable
from signing.pades.lighter_fonts import lighten_fonts

OFFICIAL = "Official"
SEAL = "Seal"
RECEIPT = "Receipt"  # of the service itself; it comes with its signature, into a document that has no other

PRINTED_AND_LOCKED = 4 | 128  # annotation flags: Print is asked by PDF/A, Locked keeps viewers from moving it
APPEND_ONLY = 1 | 2  # /SigFlags: signatures exist, append only


@dataclass(frozen=True)
class Box:
    """A rectangle on a page in points from the lower left corner; page 0 is the first, -1 the last."""

    left: float
    bottom: float
    right: float
    top: float
    page: int = -1

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom


@dataclass(frozen=True)
class Labels:
    """What a screen reader says at each field, in the document's language."""

    official: str
    seal: str


def add_signature_fields(
    pdf: bytes, official: Box, seal: Box, labels: Labels, blanks: Mapping[str, Blank] | None = None
) -> bytes:
    """The document with the empty, tagged fields "Official" and "Seal"; the seal's locks every field
    (FieldMDP All).

    `blanks` are the texts that the seal's revision will fill in, by name; the layout keeps their places.
    Same input, same output. Raises DocumentNotSuitable for a document that is not tagged, that has a form
    already or that cannot be read.
    """
    try:
        with pikepdf.open(BytesIO(pdf)) as document:
            _check(document)
            lighten_fonts(document)
            lock = Dictionary(Type=Name.SigFieldLock, Action=Name.All)
            fields = [
                _add_field(document, OFFICIAL, labels.official, official, lock=None),
                _add_field(document, SEAL, labels.seal, seal, lock=lock),
            ]
            form = Dictionary(Fields=Array(fields), SigFlags=APPEND_ONLY)
            if blanks:
                texts, fonts = add_blanks(document, blanks)
                form.Fields.extend(texts)
                form.DR = Dictionary(Font=fonts)
            document.Root.AcroForm = document.make_indirect(form)
            written = BytesIO()
            # A tagged page has a hundred small objects; together in compressed streams they take a quarter of the room.
            document.save(written, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
            return written.getvalue()
    except (pikepdf.PdfError, IndexError, KeyError, AttributeError) as error:
        raise DocumentNotSuitable(f"The document cannot take signature fields: {error}.") from error


def signature_field_names(pdf: bytes) -> list[str]:
    """The names of all fields for signatures, filled or empty, in the form's order; raises DocumentNotSuitable."""
    try:
        with pikepdf.open(BytesIO(pdf), attempt_recovery=False, suppress_warnings=True) as document:
            fields = document.Root.AcroForm.Fields if "/AcroForm" in document.Root else ()
            if any("/Kids" in field or "/FT" not in field for field in fields):
                raise DocumentNotSuitable("The document's form has fields below fields.")
            return [str(field.get("/T", "")) for field in fields if str(field.FT) == "/Sig"]
    except (pikepdf.PdfError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise DocumentNotSuitable(f"The document's form cannot be read: {error}.") from error


def _check(document: Pdf) -> None:
    if "/StructTreeRoot" not in document.Root:
        raise DocumentNotSuitable("The document is not tagged, so its signature fields could not be either.")
    if "/AcroForm" in document.Root:
        raise DocumentNotSuitable("The document has a form already.")


def _add_field(document: Pdf, name: str, label: str, box: Box, lock: Dictionary | None) -> pikepdf.Object:
    page = document.pages[box.page]
    tree = document.Root.StructTreeRoot
    key = int(tree.get("/ParentTreeNextKey", 0))
    widget = document.make_indirect(_widget(document, page, name, label, box, key))
    if lock is not None:
        widget.Lock = document.make_indirect(lock)
    form = document.make_indirect(
        Dictionary(
            Type=Name.StructElem,
            S=Name.Form,
            P=_root_element(tree),
            Pg=page.obj,
            Alt=String(label),
            K=Dictionary(Type=Name.OBJR, Obj=widget, Pg=page.obj),
        )
    )
    _root_element(tree).K.append(form)
    tree.ParentTree.Nums.append(key)
    tree.ParentTree.Nums.append(form)
    tree.ParentTreeNextKey = key + 1
    page.obj.Tabs = Name.S
    if "/Annots" not in page.obj:
        page.obj.Annots = document.make_indirect(Array())
    page.obj.Annots.append(widget)
    return widget


def _widget(document: Pdf, page: Page, name: str, label: str, box: Box, key: int) -> Dictionary:
    nothing_drawn = document.make_stream(
        b"",
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, box.width, box.height]),
        Resources=Dictionary(),
    )
    return Dictionary(
        Type=Name.Annot,
        Subtype=Name.Widget,
        FT=Name.Sig,
        T=String(name),
        TU=String(label),
        Rect=Array([box.left, box.bottom, box.right, box.top]),
        F=PRINTED_AND_LOCKED,
        P=page.obj,
        StructParent=key,
        AP=Dictionary(N=nothing_drawn),
    )


def _root_element(tree: pikepdf.Object) -> pikepdf.Object:
    """The element that holds the whole text: Typst writes one /Document, alone in an array."""
    children = tree.K
    return children[0] if isinstance(children, Array) else children
