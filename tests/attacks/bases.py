"""Honest signed documents that the forgeries begin with: our own licences, and others' plain PDFs."""

from __future__ import annotations

import functools
from collections.abc import Callable
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String
from pyhanko.sign.fields import MDPPerm

from tests.attacks.edit import Freedom, sign_freely
from tests.pki.build import pki
from tests.signing.pades.build import issued, preserve_now
from tests.signing.pades.numbered import numbered

PAYEE = "Nguyen Van An"
RDF = b"http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='" + RDF + b"'/></x:xmpmeta>"


@functools.cache
def unsigned_letter() -> bytes:
    """One page with a line of text, a text field that is filled, one that is empty, XMP and Info."""
    document = pikepdf.new()
    document.add_blank_page(page_size=(595, 842))
    page = document.pages[0]
    font = document.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    page.Resources = Dictionary(Font=Dictionary(F1=font))
    page.Contents = Stream(document, b"BT /F1 12 Tf 60 700 Td (Pay one hundred dong to the bearer.) Tj ET")
    fields = [_field(document, "Payee", 600, PAYEE, font), _field(document, "Remark", 560, "", font)]
    page.Annots = document.make_indirect(Array(fields))
    form = Dictionary(Fields=document.make_indirect(Array(fields)), DR=Dictionary(Font=Dictionary(F1=font)))
    document.Root.AcroForm = document.make_indirect(form)
    xmp = Stream(document, XMP)
    xmp.Type, xmp.Subtype = Name.Metadata, Name.XML
    document.Root.Metadata = xmp
    document.trailer.Info = document.make_indirect(Dictionary(Title=String("A letter")))
    written = BytesIO()
    document.save(written, deterministic_id=True, compress_streams=False)
    return written.getvalue()


def _field(document: pikepdf.Pdf, name: str, height: int, value: str, font: pikepdf.Object) -> pikepdf.Object:
    entries = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Widget,
        FT=Name.Tx,
        T=String(name),
        DA=String("/F1 12 Tf"),
        F=4,
        Rect=[60, height, 300, height + 20],
    )
    if value:
        drawn = Stream(document, b"BT /F1 12 Tf 2 5 Td (" + value.encode() + b") Tj ET")
        drawn.Type, drawn.Subtype, drawn.BBox = Name.XObject, Name.Form, Array([0, 0, 240, 20])
        drawn.Resources = Dictionary(Font=Dictionary(F1=font))
        entries.V, entries.AP = String(value), Dictionary(N=drawn)
    return document.make_indirect(entries)


@functools.cache
def plain() -> bytes:
    """A letter with one approval signature (B-T) of somebody whom we trust."""
    return sign_freely(unsigned_letter(), "Signature1", pki().deputy)


@functools.cache
def archived() -> bytes:
    """The same with revocation data and a document timestamp (B-LTA)."""
    return preserve_now(plain())


@functools.cache
def twice() -> bytes:
    """A letter with two approval signatures, one after the other."""
    return sign_freely(plain(), "Signature2", pki().official)


@functools.cache
def certified(level: int) -> bytes:
    """A letter whose author allows nothing (1), forms and signatures (2), or annotations as well (3)."""
    freedom = Freedom(certify=MDPPerm(level))
    return sign_freely(unsigned_letter(), "Signature1", pki().deputy, freedom=freedom)


BASES: dict[str, Callable[[], bytes]] = {
    "licence": lambda: issued().preserved,
    "sealed": lambda: issued().sealed,
    "numbered": lambda: numbered().preserved,
    "plain": plain,
    "archived": archived,
    "twice": twice,
    "certified1": lambda: certified(1),
    "certified2": lambda: certified(2),
    "certified3": lambda: certified(3),
    "unsigned": unsigned_letter,
}
