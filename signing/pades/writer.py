"""Writes a new revision behind a document and touches nothing else in it.

pyHanko rewrites XMP and Info with every revision and draws a random file identifier; our rule is that both
metadata stay as sealed and that the same call gives the same bytes.

Its readers, writers and their objects hold one another, some five hundred with a copy of the document in a circle. A
process that signs all day would keep them until the collector of garbage looks at its oldest generation, which it does
the more rarely the more memory there is: so the circle is cut as soon as the bytes are written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.decode_limits import DecodeLimits, DocumentDecodeBudget, StreamDecodeLimits
from pyhanko.pdf_utils.generic import ArrayObject, ByteStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.pades.errors import DocumentNotSuitable

MEBIBYTE = 1024 * 1024
LIMITS = DecodeLimits(
    per_stream=StreamDecodeLimits(max_output_size=32 * MEBIBYTE),
    document_budget=DocumentDecodeBudget(base_allowance=128 * MEBIBYTE, max_ratio=20),
)
UNREADABLE = (PdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, AssertionError)


class QuietWriter(IncrementalPdfFileWriter):
    """An incremental writer without metadata updates and without dice."""

    def _update_meta(self) -> None:
        pass

    @classmethod
    def _handle_id(cls, prev: Any) -> Any:
        """The first identifier stays; the second, which must change, is the digest of what stood before."""
        second = ByteStringObject(hashlib.sha256(prev.stream.getbuffer()).digest()[:16])
        try:
            first = ByteStringObject(prev.trailer["/ID"][0].original_bytes)
        except KeyError:
            first = second
        return ArrayObject([first, second])


def open_writer(pdf: bytes) -> QuietWriter:
    """A writer of the next revision; raises DocumentNotSuitable for bytes that cannot be read."""
    try:
        return QuietWriter(BytesIO(pdf), decode_limits=LIMITS)
    except UNREADABLE as error:
        raise DocumentNotSuitable(f"The document cannot be read: {error}.") from error


@contextmanager
def writing(pdf: bytes) -> Iterator[QuietWriter]:
    """`open_writer`, for as long as it lasts: nothing of the writer or of what it read may be used afterwards."""
    writer = open_writer(pdf)
    try:
        yield writer
    finally:
        vars(writer.prev).clear()
        vars(writer).clear()


@contextmanager
def reading(pdf: bytes) -> Iterator[PdfFileReader]:
    """A reader with our decode limits, in the same way; raises DocumentNotSuitable for bytes that cannot be read."""
    try:
        reader = PdfFileReader(BytesIO(pdf), decode_limits=LIMITS)
    except UNREADABLE as error:
        raise DocumentNotSuitable(f"The document cannot be read: {error}.") from error
    try:
        yield reader
    finally:
        vars(reader).clear()
