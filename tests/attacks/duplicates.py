"""Objects, entries and tables that are there twice, so that one reader takes the first and another one the second."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable

from tests.attacks.collection import AMBER, RED, UNREADABLE, attack
from tests.attacks.edit import end_of
from tests.attacks.raw import (
    content_number,
    info_of,
    object_of,
    page_number,
    raw_revision,
    root_of,
    size_of,
    stream_body,
    with_body,
)
from tests.attacks.whole_file import DUPLICATE

SHOWN, OTHER = b"BT /F1 12 Tf 60 700 Td (Pay one million.) Tj ET", b"BT /F1 12 Tf 60 700 Td (Pay nothing.) Tj ET"


def _revision(pdf: bytes, body: bytes, lines: Callable[[int], bytes], trailer: bytes = b"") -> bytes:
    """A revision with a body and a table as they come; `lines` gets the offset at which the body begins."""
    at = len(pdf) + 1
    said = b"/Root %d 0 R /Size %d /Prev %d %s" % (root_of(pdf), size_of(pdf) + 1, end_of(pdf), info_of(pdf))
    end = b"trailer\n<< %s >>\nstartxref\n%d\n%%%%EOF\n" % (trailer or said, at + len(body))
    return pdf + b"\n" + body + b"xref\n" + lines(at) + end


def _defined(number: int, drawing: bytes, generation: int = 0) -> bytes:
    return b"%d %d obj\n%s\nendobj\n" % (number, generation, stream_body(drawing))


def listed_twice_in_one_table(pdf: bytes) -> bytes:
    number = content_number(pdf)
    first, second = _defined(number, SHOWN), _defined(number, OTHER)
    line = b"%d 1\n%%010d 00000 n \n" % number
    return _revision(pdf, first + second, lambda at: line % at + line % (at + len(first)))


def written_twice_and_listed_once(pdf: bytes) -> bytes:
    number = content_number(pdf)
    line = b"%d 1\n%%010d 00000 n \n" % number
    return _revision(pdf, _defined(number, SHOWN) + _defined(number, OTHER), lambda at: line % at)


def of_two_generations(pdf: bytes) -> bytes:
    number = content_number(pdf)
    return _revision(pdf, _defined(number, SHOWN, 1), lambda at: b"%d 1\n%010d 00001 n \n" % (number, at))


def listed_under_anothers_number(pdf: bytes) -> bytes:
    """The table leads to an object that calls itself another."""
    number = content_number(pdf)
    return _revision(pdf, _defined(size_of(pdf), SHOWN), lambda at: b"%d 1\n%010d 00000 n \n" % (number, at))


def content_of_the_page_named_twice(pdf: bytes) -> bytes:
    number, page = size_of(pdf), page_number(pdf)
    body = object_of(pdf, page)
    end = body.rindex(b">>")
    return raw_revision(pdf, {number: stream_body(SHOWN), page: body[:end] + b"/Contents %d 0 R >>" % number})


def pages_of_the_catalog_named_twice(pdf: bytes) -> bytes:
    number, catalog = size_of(pdf), root_of(pdf)
    page = b"<< /Type /Page /MediaBox [0 0 595 842] /Parent %d 0 R /Contents %d 0 R >>" % (number, number + 2)
    pages = b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (number + 1)
    body = object_of(pdf, catalog)
    twice = body[: body.rindex(b">>")] + b"/Pages %d 0 R >>" % number
    return raw_revision(pdf, {number: pages, number + 1: page, number + 2: stream_body(SHOWN), catalog: twice})


def form_of_the_catalog_named_twice(pdf: bytes) -> bytes:
    catalog = root_of(pdf)
    body = object_of(pdf, catalog)
    return raw_revision(pdf, {catalog: body[: body.rindex(b">>")] + b"/AcroForm << /Fields [] >> >>"})


def catalog_of_the_trailer_named_twice(pdf: bytes) -> bytes:
    number, catalog = size_of(pdf), root_of(pdf)
    pages = b"<< /Type /Pages /Kids [] /Count 0 >>"
    other = with_body(pdf, catalog, b"/Pages", b"%d 0 R" % number)
    return raw_revision(pdf, {number: pages, number + 1: other}, trailer=b"/Root %d 0 R" % (number + 1))


def in_a_stream_and_in_a_table(pdf: bytes) -> bytes:
    """A hybrid file (ISO 32000-1, 7.5.8.4): the table says one page, the stream beside it another."""
    number, page, at = size_of(pdf), page_number(pdf), len(pdf) + 1
    shown = with_body(pdf, page, b"/Contents", b"%d 0 R" % (number + 2))
    packed = zlib.compress(b"%d 0 " % page + object_of(pdf, page))
    first = len(b"%d 0 " % page)
    holder = b"<< /Type /ObjStm /N 1 /First %d /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream"
    objects = [(number, holder % (first, len(packed), packed)), (number + 2, stream_body(SHOWN)), (page, shown)]
    places, body = {}, b""
    for one, text in objects:
        places[one] = at + len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (one, text)
    row = b"\x02" + number.to_bytes(4, "big") + b"\x00"
    said = b"<< /Type /XRef /W [1 4 1] /Index [%d 1] /Size %d /Root %d 0 R /Length %d >>\nstream\n%s\nendstream"
    hidden = at + len(body)
    body += b"%d 0 obj\n%s\nendobj\n" % (number + 1, said % (page, number + 3, root_of(pdf), len(row), row))
    places[number + 1] = hidden
    lines = b"".join(b"%d 1\n%010d 00000 n \n" % one for one in sorted(places.items()))
    trailer = b"/Root %d 0 R /Size %d /Prev %d /XRefStm %d %s"
    said = trailer % (root_of(pdf), number + 3, end_of(pdf), hidden, info_of(pdf))
    return _revision(pdf, body, lambda _: lines, said)


def beyond_the_size_of_the_file(pdf: bytes) -> bytes:
    """The trailer says that there are fewer objects than there are: what lies beyond is nothing."""
    made = raw_revision(pdf, {content_number(pdf): stream_body(SHOWN)})
    place = made.rindex(b"/Size ")
    return made[:place] + re.sub(rb"/Size \d+", b"/Size 2", made[place:], count=1)


def two_ends(pdf: bytes) -> bytes:
    """A second startxref, which leads back to the revision before."""
    made = raw_revision(pdf, {content_number(pdf): stream_body(SHOWN)})
    return made + b"startxref\n%d\n%%%%EOF\n" % end_of(pdf)


UNREAD = (
    of_two_generations,
    pages_of_the_catalog_named_twice,
    form_of_the_catalog_named_twice,
    catalog_of_the_trailer_named_twice,
    beyond_the_size_of_the_file,
)
READ = (
    listed_twice_in_one_table,
    written_twice_and_listed_once,
    listed_under_anothers_number,
    content_of_the_page_named_twice,
    in_a_stream_and_in_a_table,
)
for _forge in UNREAD:
    attack(DUPLICATE, "licence plain", UNREADABLE)(_forge)
for _forge in READ:
    attack(DUPLICATE, "licence plain", RED, {"plain": AMBER})(_forge)
attack(DUPLICATE, "licence plain", RED)(two_ends)
