"""Whether a revision adds a seal to a document and changes nothing else: what was there is as it was, object by object.

With another reader than the one that wrote the revision. Whatever is new can be reached through the seal's own field
alone, whose drawing stays within the place of the mark: so nobody can have other pages sealed than those on record.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Pdf

from config.errors import Refused
from config.sentences import later
from signing.pades.enclosures import REFUSED
from signing.pades.fields import SEAL
from signing.pades.marks import mark_place

OTHERWISE = later("The revision changes something else than to add the seal.")
UNTOLD = later("What the revision changes cannot be told.")
END = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF\s{0,8}\Z")
LONGEST_END = 64
CATALOGUE, PAGE, FORM = {"/AcroForm", "/Perms", "/Version"}, {"/Annots"}, {"/Fields", "/SigFlags"}
VERSIONS = {f"/1.{minor}" for minor in range(8)} | {"/2.0"}  # a seal needs 1.5 at least, and says so in the catalogue
FIELD = {"/Type", "/Subtype", "/FT", "/T", "/F", "/Rect", "/P", "/V", "/AP"}
PRINTED_AND_LOCKED = 4 | 128
SIGNATURE = {"/Type", "/Filter", "/SubFilter", "/ByteRange", "/Contents", "/M", "/Reference"}
DRAWING = {"/Type", "/Subtype", "/BBox", "/Matrix", "/Resources", "/Length", "/Filter", "/DecodeParms", "/Group"}
UNREADABLE = (pikepdf.PdfError, Refused, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError)


def fault_of(original: bytes, revision: bytes) -> str:
    """What is wrong with a revision of `original`, as a sentence; empty when it adds the seal alone."""
    if not revision.startswith(original):
        return OTHERWISE
    try:
        with _opened(original) as before, _opened(revision) as after:
            return "" if _follows(original, after) and _adds_only_seal(before, after) else OTHERWISE
    except UNREADABLE:
        return UNTOLD


def _opened(pdf: bytes) -> Pdf:
    return pikepdf.open(BytesIO(pdf), attempt_recovery=False, suppress_warnings=True)


def _follows(original: bytes, after: Pdf) -> bool:
    end = END.search(original[-LONGEST_END:])
    return end is not None and after.trailer.get("/Prev") == int(end.group(1))


def _adds_only_seal(before: Pdf, after: Pdf) -> bool:
    if before.is_encrypted or after.is_encrypted or any(key in before.Root for key in REFUSED):
        return False
    if any(_written(before.trailer.get(key)) != _written(after.trailer.get(key)) for key in ("/Root", "/Info")):
        return False
    field = after.Root.AcroForm.Fields[0]
    return (
        _same_objects(before, after)
        and _form_is_seal(after)
        and _annotations_grow(before, after, field)
        and _field_is_seal(before, after, field)
    )


def _same_objects(before: Pdf, after: Pdf) -> bool:
    """Every old object is as it was, but for what holds the seal.

    None of them has come to speak of a new one either: what was not there reads as null, and now reads as a reference.
    """
    page, notes = before.pages[0].obj, before.pages[0].obj.get("/Annots")
    listed = notes.objgen if notes is not None and notes.is_indirect else None
    for old in before.objects:
        if _is_table(old):
            continue
        new = after.get_object(old.objgen)
        if old.objgen == before.Root.objgen:
            same = _but(old, CATALOGUE) == _but(new, CATALOGUE)
        elif old.objgen == page.objgen and listed is None:
            same = _but(old, PAGE) == _but(new, PAGE)
        else:
            same = old.objgen == listed or _content(old) == _content(new)
        if not same:
            return False
    return True


def _form_is_seal(after: Pdf) -> bool:
    form, permissions = after.Root.AcroForm, after.Root.Perms
    (field,) = form.Fields
    return (
        set(form.keys()) == FORM
        and set(permissions.keys()) == {"/DocMDP"}
        and permissions.DocMDP.objgen == field.V.objgen != (0, 0)
        and str(after.Root.get("/Version", "/1.7")) in VERSIONS
    )


def _annotations_grow(before: Pdf, after: Pdf, field: Any) -> bool:
    """The first page has one note more, the seal's field, behind those that it had."""
    old, new = (list(pdf.pages[0].obj.get("/Annots", ())) for pdf in (before, after))
    same = [_written(note) for note in old] == [_written(note) for note in new[:-1]]
    return same and new[-1].objgen == field.objgen != (0, 0)


def _field_is_seal(before: Pdf, after: Pdf, field: Any) -> bool:
    place, drawn, signature = mark_place(before.pages[0].obj), field.AP.N, field.V
    return (
        set(field.keys()) <= FIELD
        and (str(field.T), str(field.FT), str(field.Subtype)) == (SEAL, "/Sig", "/Widget")
        and int(field.F) == PRINTED_AND_LOCKED
        and field.P.objgen == after.pages[0].obj.objgen
        and [round(float(edge), 2) for edge in field.Rect] == list(place.corners)
        and set(field.AP.keys()) == {"/N"}
        and isinstance(drawn, pikepdf.Stream)
        and set(drawn.keys()) <= DRAWING
        and [int(part) for part in drawn.Matrix] == [*place.matrix, 0, 0]
        and set(signature.keys()) == SIGNATURE
    )


def _is_table(found: Any) -> bool:
    """Tables and containers of a revision are made anew; what they hold is compared by itself."""
    return isinstance(found, pikepdf.Stream) and found.get("/Type") in ("/XRef", "/ObjStm")


def _but(value: Any, left_out: set[str]) -> dict[str, bytes]:
    return {key: _written(part) for key, part in value.items() if key not in left_out}


def _content(value: Any) -> tuple[bytes, bytes]:
    """An object as it stands in the file; references in it as numbers."""
    if isinstance(value, pikepdf.Stream):
        entries = b" ".join(key.encode() + b" " + _written(part) for key, part in sorted(value.items()))
        return entries, value.read_raw_bytes()
    return (value.unparse(resolved=True) if isinstance(value, pikepdf.Object) else _written(value)), b""


def _written(value: Any) -> bytes:
    return value.unparse() if isinstance(value, pikepdf.Object) else repr(value).encode()
