"""The visible stamp: a page that Typst drew, put into the signature's field as it is.

Drawing text with the signing library would need its own font handling, which measures Tinos wrongly. The
templates in `stamps/` are typeset by the caller, untagged, at the size of the field; the words are data.
"""

from __future__ import annotations

from pathlib import Path

from pyhanko.pdf_utils.generic import DictionaryObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from signing.pades.errors import DocumentNotSuitable, StampNotSuitable
from signing.pades.writer import UNREADABLE, reading

STAMPS = Path(__file__).parent / "stamps"
OFFICIAL_STAMP = "official.typ"
SEAL_STAMP = "seal.typ"

LARGEST_STAMP = 40_000  # bytes; a licence has at most 150 KB with two of them


def draw_stamp(writer: IncrementalPdfFileWriter, widget: DictionaryObject, stamp: bytes) -> None:
    """Make the only page of the PDF `stamp` the normal appearance of `widget`.

    Raises StampNotSuitable when it has another number of pages, is too large or cannot be read.
    """
    if len(stamp) > LARGEST_STAMP:
        raise StampNotSuitable(f"The stamp has {len(stamp)} bytes, more than {LARGEST_STAMP}.")
    try:
        with reading(stamp) as reader:
            pages = int(reader.root["/Pages"]["/Count"])
            if pages != 1:
                raise StampNotSuitable(f"The stamp has {pages} pages instead of one.")
            drawing = writer.import_page_as_xobject(reader)
    except (DocumentNotSuitable, *UNREADABLE) as error:
        raise StampNotSuitable(f"The stamp cannot be read: {error}.") from error
    widget[pdf_name("/AP")] = DictionaryObject({pdf_name("/N"): drawing})  # type: ignore[no-untyped-call]
