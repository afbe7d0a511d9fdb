"""Revisions written by hand: what no library would write."""

from __future__ import annotations

import re
from io import BytesIO

import pikepdf

from tests.attacks.edit import end_of


def root_of(pdf: bytes) -> int:
    """The number of the catalog."""
    with pikepdf.open(BytesIO(pdf), suppress_warnings=True) as document:
        return document.Root.objgen[0]


def object_of(pdf: bytes, number: int) -> bytes:
    """The body of an object as text; for streams their dictionary alone."""
    with pikepdf.open(BytesIO(pdf), suppress_warnings=True) as document:
        return document.get_object(number, 0).unparse(resolved=True)


def page_number(pdf: bytes) -> int:
    """The number of the first page's object."""
    with pikepdf.open(BytesIO(pdf), suppress_warnings=True) as document:
        return document.pages[0].obj.objgen[0]


def content_number(pdf: bytes) -> int:
    """The number of the first page's content stream."""
    with pikepdf.open(BytesIO(pdf), suppress_warnings=True) as document:
        contents = document.pages[0].obj.Contents
        first = contents[0] if isinstance(contents, pikepdf.Array) else contents
        return first.objgen[0]


def size_of(pdf: bytes) -> int:
    """One more than the highest object number."""
    with pikepdf.open(BytesIO(pdf), suppress_warnings=True) as document:
        return int(document.trailer.Size)


def info_of(pdf: bytes) -> bytes:
    """The trailer's entry for the document's information."""
    with pikepdf.open(BytesIO(pdf), suppress_warnings=True) as document:
        info = document.trailer.get("/Info")
        return b"/Info %d 0 R" % info.objgen[0] if info is not None else b""


def stream_body(data: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(data), data)


def objects(pdf: bytes, bodies: dict[int, bytes], at: int) -> tuple[bytes, dict[int, int]]:
    """Object text to be put at offset `at`, and where each object begins."""
    written, places = [], {}
    for number, body in bodies.items():
        places[number] = at
        written.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        at += len(written[-1])
    return b"".join(written), places


def table(places: dict[int, int], free: tuple[int, ...] = ()) -> bytes:
    """A cross-reference table; `free` are the numbers of objects that shall not exist any more."""
    gone = [b"%d 1\n0000000000 00001 f \n" % number for number in free]
    lines = gone + [b"%d 1\n%010d 00000 n \n" % (number, place) for number, place in sorted(places.items())]
    return b"xref\n" + (b"".join(lines) or b"0 0\n")


def raw_revision(
    pdf: bytes,
    bodies: dict[int, bytes],
    trailer: bytes = b"",
    parts: str = "table trailer startxref eof",
    previous: int | None = None,
    root: int | None = None,
    free: tuple[int, ...] = (),
) -> bytes:
    """`pdf` with these objects defined once more; `parts` are what the revision ends with."""
    at = len(pdf) + 1
    body, places = objects(pdf, bodies, at)
    size = max([size_of(pdf), *(number + 1 for number in bodies)])
    before = end_of(pdf) if previous is None else previous
    entries = b"/Root %d 0 R /Size %d /Prev %d %s" % (root or root_of(pdf), size, before, trailer)
    if b"/Info" not in trailer:
        entries += info_of(pdf)
    ends = {
        "table": table(places, free),
        "trailer": b"trailer\n<< " + entries + b" >>\n",
        "startxref": b"startxref\n%d\n" % (at + len(body)),
        "eof": b"%%EOF\n",
    }
    return pdf + b"\n" + body + b"".join(ends[part] for part in parts.split())


def with_body(pdf: bytes, number: int, key: bytes, value: bytes) -> bytes:
    """The dictionary of an object with one entry set."""
    body = object_of(pdf, number)
    body = re.sub(re.escape(key) + rb"\s+(\d+ \d+ R|\[[^\]]*\]|/\w+|<<[^<>]*>>|\d+)", b"", body, count=1)
    end = body.rindex(b">>")
    return body[:end] + key + b" " + value + b" >>"
