"""Files made to cost time and memory: bombs, loops, thousands of revisions and of objects."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from io import BytesIO

import pikepdf

from tests.attacks.collection import AMBER, RED, UNREADABLE, attack
from tests.attacks.edit import end_of, sign_freely
from tests.attacks.raw import (
    content_number,
    info_of,
    object_of,
    page_number,
    raw_revision,
    root_of,
    size_of,
    with_body,
)
from tests.attacks.whole_file import COST
from tests.pki.build import pki

REVISIONS, BOMB, DEEP = 10_000, 100_000_000, 100_000


def _revisions(pdf: bytes, body: bytes) -> bytes:
    """Many revisions, each with `body` as one more object, or with nothing."""
    parts, at, before, number = [pdf], len(pdf), end_of(pdf), size_of(pdf)
    trailer = b"trailer\n<< /Root %d 0 R /Size %d %s " % (root_of(pdf), number + 1, info_of(pdf))
    for _ in range(REVISIONS):
        start = at + len(body)
        line = b"%d 1\n%010d 00000 n \n" % (number, at) if body else b"0 0\n"
        part = body + b"xref\n" + line + trailer + b"/Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (before, start)
        parts.append(part)
        at, before = at + len(part), start
    return b"".join(parts)


@attack(COST, "licence", AMBER, any_issuer=False)
def ten_thousand_revisions(pdf: bytes) -> bytes:
    return _revisions(pdf, b"")


@attack(COST, "plain", AMBER, any_issuer=False)
def ten_thousand_revisions_with_an_object(pdf: bytes) -> bytes:
    return _revisions(pdf, b"%d 0 obj\n(nothing)\nendobj\n" % size_of(pdf))


def _packed(data: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        data = zlib.compress(data, 9)
    return data


def _stream(data: bytes, entries: bytes) -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


NOUGHTS = _packed(bytes(BOMB))
FLATE = b"/Filter /FlateDecode "
CONTENTS: dict[str, bytes] = {
    "packed_three_times": _stream(_packed(NOUGHTS, 2), b"/Filter [/FlateDecode /FlateDecode /FlateDecode]"),
    "packed_a_hundred_times": _stream(_packed(b"", 100), b"/Filter [" + b"/FlateDecode " * 100 + b"]"),
    "packed_in_hex": _stream(_packed(NOUGHTS).hex().encode() + b">", b"/Filter [/AHx /Fl /Fl]"),
    "run_lengths": _stream(_packed(b"\x81\x00" * 1_000_000), b"/Filter [/FlateDecode /RunLengthDecode]"),
    "wide_predictor": _stream(NOUGHTS, FLATE + b"/DecodeParms << /Predictor 12 /Columns 1000000000 >>"),
    "many_colours": _stream(
        NOUGHTS, FLATE + b"/DecodeParms << /Predictor 15 /Colors 2000000000 /BitsPerComponent 16 /Columns 9 >>"
    ),
    "negative_predictor": _stream(NOUGHTS, FLATE + b"/DecodeParms << /Predictor 12 /Columns -7 >>"),
}


def _as_content(body: bytes) -> Callable[[bytes], bytes]:
    return lambda pdf: raw_revision(pdf, {content_number(pdf): body})


def _as_metadata(pdf: bytes) -> bytes:
    number = size_of(pdf)
    bodies = {
        number: _stream(NOUGHTS, FLATE),
        root_of(pdf): with_body(pdf, root_of(pdf), b"/Metadata", b"%d 0 R" % number),
    }
    return raw_revision(pdf, bodies)


def _as_revocation_data(pdf: bytes) -> bytes:
    number = size_of(pdf)
    store = b"<< /CRLs [%d 0 R] /OCSPs [%d 0 R] /Certs [%d 0 R] >>" % (number, number, number)
    bodies = {number: _stream(NOUGHTS, FLATE), root_of(pdf): with_body(pdf, root_of(pdf), b"/DSS", store)}
    return raw_revision(pdf, bodies)


def _as_object_stream(pdf: bytes) -> bytes:
    """Objects that lie in a stream of which a hundred megabytes must be unpacked first."""
    return _with_xref_stream(pdf, NOUGHTS, b"/Type /ObjStm /N 1000000 /First 10000000 " + FLATE, b"")


def _as_xref_stream(pdf: bytes) -> bytes:
    return _with_xref_stream(pdf, b"", b"/Type /ObjStm /N 0 /First 0", NOUGHTS)


def _with_xref_stream(pdf: bytes, inside: bytes, entries: bytes, table: bytes) -> bytes:
    """A revision by a cross-reference stream, in which the page's content lies in an object stream."""
    number, at, content = size_of(pdf), len(pdf), content_number(pdf)
    body = b"%d 0 obj\n%s\nendobj\n" % (number, _stream(inside, entries))
    start = at + len(body)
    lines = {content: (2, number, 0), number: (1, at, 0), number + 1: (1, start, 0)}
    index = b" ".join(b"%d 1" % one for one in sorted(lines))
    rows = [
        bytes([kind]) + place.to_bytes(4, "big") + bytes([more]) for _, (kind, place, more) in sorted(lines.items())
    ]
    said = b"/Type /XRef /W [1 4 1] /Size %d /Root %d 0 R /Prev %d " % (number + 2, root_of(pdf), end_of(pdf))
    said += info_of(pdf) + b" /Index [" + (b"0 16000000" if table else index) + b"] " + FLATE
    body += b"%d 0 obj\n%s\nendobj\n" % (number + 1, _stream(table or zlib.compress(b"".join(rows)), said))
    return pdf + body + b"startxref\n%d\n%%%%EOF\n" % start


def _object(body: bytes, count: int = 1) -> Callable[[bytes], bytes]:
    """One more object, or many of the same, to which the information dictionary leads."""

    def forge(pdf: bytes) -> bytes:
        number = size_of(pdf)
        bodies = {number + place: body for place in range(count)}
        return raw_revision(pdf, bodies, trailer=b"/Info %d 0 R" % number)

    return forge


def _entry(owner: str, key: bytes, value: bytes) -> Callable[[bytes], bytes]:
    """An entry of the catalog or the page; in the value %d is the number of a new object that leads to itself."""

    def forge(pdf: bytes) -> bytes:
        number, at = size_of(pdf), root_of(pdf) if owner == "catalog" else page_number(pdf)
        own = value.replace(b"%d", b"%d" % number)
        return raw_revision(pdf, {number: own, at: with_body(pdf, at, key, b"%d 0 R" % number)})

    return forge


def _pages(kids: bytes, more: bytes = b"") -> Callable[[bytes], bytes]:
    """Another page tree; in `kids`, SELF is the tree and PAGE the page."""

    def forge(pdf: bytes) -> bytes:
        with pikepdf.open(BytesIO(pdf)) as document:
            number = document.Root.Pages.objgen[0]
        said = kids.replace(b"SELF", b"%d 0 R" % number).replace(b"PAGE", b"%d 0 R" % page_number(pdf))
        return raw_revision(pdf, {number: b"<< /Type /Pages /Kids [" + said + b"] /Count 1 " + more + b" >>"})

    return forge


def _parent(pdf: bytes) -> bytes:
    number = page_number(pdf)
    return raw_revision(pdf, {number: with_body(pdf, number, b"/Parent", b"%d 0 R" % number)})


def _length(pdf: bytes) -> bytes:
    """The length of the content is the content."""
    number = content_number(pdf)
    return raw_revision(pdf, {number: b"<< /Length %d 0 R >>\nstream\nBT ET\nendstream" % number})


def _lengths(pdf: bytes) -> bytes:
    """Two streams, each of which says how long the other is."""
    number, other = content_number(pdf), size_of(pdf)
    body = b"<< /Length %d 0 R >>\nstream\nBT ET\nendstream"
    return raw_revision(pdf, {number: body % other, other: body % number})


def _fields(pdf: bytes) -> bytes:
    number = size_of(pdf)
    form = b"<< /Fields [%d 0 R] >>" % number
    field = b"<< /FT /Tx /T (a) /Kids [%d 0 R %d 0 R] /Parent %d 0 R >>" % (number, number, number)
    return raw_revision(pdf, {number: field, root_of(pdf): with_body(pdf, root_of(pdf), b"/AcroForm", form)})


def _previous(pdf: bytes) -> bytes:
    """The revision before this one is this one."""
    return raw_revision(pdf, {}, previous=len(pdf) + 1)


@attack(COST, "plain", AMBER)
def drawing_of_a_filled_field_and_signed_again(pdf: bytes) -> bytes:
    """What a field shows is a bomb, for which somebody has signed."""
    with pikepdf.open(BytesIO(pdf)) as document:
        field: int = document.Root.AcroForm.Fields[1].objgen[0]
    number = size_of(pdf)
    drawn = _packed(b" " * 40_000_000 + b"BT /F1 12 Tf (Paid) Tj ET")
    said = object_of(pdf, field)
    filled = said[: said.rindex(b">>")] + b"/V (Paid) /AP << /N %d 0 R >> >>" % number
    entries = FLATE + b"/Type /XObject /Subtype /Form /BBox [0 0 240 20]"
    return sign_freely(raw_revision(pdf, {number: _stream(drawn, entries), field: filled}), "Third", pki().deputy)


FORGERIES: dict[str, Callable[[bytes], bytes]] = {
    **{f"content_{name}": _as_content(body) for name, body in CONTENTS.items()},
    "metadata_bomb": _as_metadata,
    "revocation_data_bomb": _as_revocation_data,
    "object_stream_bomb": _as_object_stream,
    "cross_reference_bomb": _as_xref_stream,
    "a_hundred_thousand_objects": _object(b"null", 100_001),
    "thirty_thousand_objects": _object(b"<< /A [1 2 3] >>", 30_000),
    "arrays_in_arrays": _object(b"[" * DEEP + b"]" * DEEP),
    "dictionaries_in_dictionaries": _object(b"<</A" * DEEP + b" 1" + b">>" * DEEP),
    "a_million_numbers": _object(b"<< /A [" + b"1 " * 300_000 + b"] >>"),
    "a_long_string": _object(b"<< /Title (" + b"a" * 10_000_000 + b") >>"),
    "a_long_name": _object(b"<< /" + b"a" * 5_000_000 + b" 1 >>"),
    "page_tree_that_is_its_own_kid": _pages(b"SELF"),
    "page_tree_that_is_its_own_kid_and_a_page": _pages(b"PAGE SELF"),
    "page_tree_of_the_same_page": _pages(b"PAGE " * 5_000),
    "page_tree_that_is_its_own_parent": _pages(b"PAGE", b"/Parent SELF"),
    "page_that_is_its_own_parent": _parent,
    "outline_that_goes_round": _entry("catalog", b"/Outlines", b"<< /First %d 0 R /Last %d 0 R /Next %d 0 R >>"),
    "names_that_go_round": _entry("catalog", b"/Names", b"<< /EmbeddedFiles %d 0 R /Kids [%d 0 R %d 0 R] >>"),
    "destinations_that_go_round": _entry("catalog", b"/Dests", b"[%d 0 R %d 0 R]"),
    "structure_that_goes_round": _entry("catalog", b"/StructTreeRoot", b"<< /K [%d 0 R %d 0 R] /P %d 0 R >>"),
    "layers_that_go_round": _entry("catalog", b"/OCProperties", b"<< /OCGs [%d 0 R] /D %d 0 R >>"),
    "permissions_that_go_round": _entry("catalog", b"/Perms", b"<< /DocMDP %d 0 R >>"),
    "revocation_data_that_goes_round": _entry("catalog", b"/DSS", b"<< /CRLs %d 0 R /Certs [%d 0 R] /VRI %d 0 R >>"),
    "resources_that_go_round": _entry("page", b"/Resources", b"<< /XObject %d 0 R /Font %d 0 R >>"),
    "contents_that_go_round": _entry("page", b"/Contents", b"[%d 0 R %d 0 R]"),
    "annotations_that_go_round": _entry("page", b"/Annots", b"[%d 0 R %d 0 R]"),
    "reference_to_itself": _entry("page", b"/Contents", b"%d 0 R"),
    "length_of_itself": _length,
    "lengths_of_each_other": _lengths,
    "fields_that_go_round": _fields,
    "revision_before_itself": _previous,
}
EXPECTED = {
    "cross_reference_bomb": UNREADABLE,
    "page_tree_that_is_its_own_kid": UNREADABLE,
    "page_tree_that_is_its_own_kid_and_a_page": UNREADABLE,
    "page_tree_that_is_its_own_parent": UNREADABLE,
    "page_tree_of_the_same_page": RED,
    "fields_that_go_round": UNREADABLE,
    "revision_before_itself": UNREADABLE,
}
HEAVY = {"a_hundred_thousand_objects", "object_stream_bomb", "page_tree_of_the_same_page"}  # not looked at twice
for _name, _forge in FORGERIES.items():
    _forge.__name__ = _name
    attack(COST, "plain", EXPECTED.get(_name, AMBER), any_issuer=_name not in HEAVY)(_forge)
