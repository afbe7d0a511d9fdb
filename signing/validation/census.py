"""Counts the signatures of a document with two parsers and believes neither alone.

One parser drops signature types that it does not know and gives up the whole file for one broken signature; an attacker
may also write a file that two readers read differently. What both agree on is listed; where they differ is a finding.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields

from signing.validation.policy import DECODE_LIMITS

RAW_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
DEEPEST_FORM = 12
MOST_FIELDS = 5_000


class NotReadable(Exception):
    """The file cannot be read as a PDF; the text is for the person who asked."""


@dataclass(frozen=True)
class Entry:
    """A filled signature field. `reference` is pyHanko's reference to the field, None when only qpdf sees it."""

    name: str
    subfilter: str
    byte_range: tuple[int, ...]
    contents: bytes
    reference: Any = None

    @property
    def identity(self) -> tuple[str, str, tuple[int, ...], bytes]:
        return self.name, self.subfilter, self.byte_range, hashlib.sha256(self.contents).digest()


@dataclass(frozen=True)
class Census:
    """What the parsers found. `disagreements` are sentences; `empty` are names of signature fields not yet signed."""

    reader: PdfFileReader
    entries: list[Entry]
    empty: list[str]
    disagreements: list[str]
    objects: int  # as many as the document says that it has


def take_census(pdf: bytes) -> Census:
    """All signature fields of `pdf`. Raises NotReadable when a parser cannot open it."""
    reader = _open(pdf)
    ours, trouble = _entries_of(reader)
    theirs, empty, pages = _second_opinion(pdf)
    disagreements = [trouble] if trouble else []
    if pages != _page_count(reader):
        disagreements.append("Two readers see a different number of pages.")
    if sorted(one.identity for one in ours) != sorted(one.identity for one in theirs):
        disagreements.append("Two readers see different signatures.")
    seen = {one.byte_range for one in (*ours, *theirs)}
    hidden = [found for found in _raw_ranges(pdf) if found not in seen]
    if hidden:
        disagreements.append(f"{len(hidden)} signature(s) in the file belong to no field of the document.")
    known = {one.identity for one in ours}
    entries = [*ours, *(one for one in theirs if one.identity not in known)]
    return Census(reader, entries, empty, disagreements, _object_count(reader))


def _open(pdf: bytes) -> PdfFileReader:
    try:
        reader = PdfFileReader(BytesIO(pdf), decode_limits=DECODE_LIMITS)
        if reader.encrypted:
            raise NotReadable("The document is encrypted.")
        reader.root["/Pages"]
        return reader
    except NotReadable:
        raise
    except Exception as error:  # pyHanko raises whatever a damaged file provokes
        raise NotReadable("The file is no PDF, or is damaged.") from error


def _object_count(reader: PdfFileReader) -> int:
    try:
        return int(reader.trailer["/Size"])
    except Exception:  # as above; a document without it is damaged, which others say
        return 0


def _page_count(reader: PdfFileReader) -> int:
    try:
        return int(reader.root["/Pages"]["/Count"])
    except Exception:  # as above; -1 disagrees with every count
        return -1


def _entries_of(reader: PdfFileReader) -> tuple[list[Entry], str | None]:
    """The first parser's list, and what kept it from the rest."""
    found: list[Entry] = []
    try:
        for name, raw_value, reference in enumerate_sig_fields(reader, filled_status=True):
            value = raw_value.get_object()
            found.append(
                Entry(
                    str(name),
                    str(value["/SubFilter"]) if "/SubFilter" in value else "",
                    tuple(int(number) for number in value["/ByteRange"]),
                    bytes(value.raw_get("/Contents").original_bytes),
                    reference,
                )
            )
    except Exception:  # as above
        return found, "A signature field cannot be read."
    return found, None


def _second_opinion(pdf: bytes) -> tuple[list[Entry], list[str], int]:
    """Signatures, names of empty signature fields, and pages as qpdf sees them, without repairing anything."""
    try:
        with pikepdf.open(BytesIO(pdf), attempt_recovery=False, suppress_warnings=True) as document:
            form = document.Root.get("/AcroForm")
            fields = list(_walk(form.get("/Fields"), "", None, 0)) if form is not None else []
            filled = [_entry(name, field) for name, field in fields if "/V" in field]
            return filled, [name for name, field in fields if "/V" not in field], len(document.pages)
    except pikepdf.PasswordError as error:
        raise NotReadable("The document is encrypted.") from error
    except Exception as error:  # qpdf's messages are for programmers
        raise NotReadable("The file is damaged: a strict reader does not take it.") from error


def _walk(fields: Any, above: str, kind: Any, depth: int) -> Iterator[tuple[str, Any]]:
    """Signature fields below `fields` with their full names; /FT is inherited (ISO 32000-1, 12.7.3.1)."""
    if fields is None:
        return
    if depth > DEEPEST_FORM or len(fields) > MOST_FIELDS:
        raise ValueError("the form is too deep or too large")
    for field in fields:
        if "/T" not in field:
            continue
        name = f"{above}.{field.T}" if above else str(field.T)
        own_kind = field.get("/FT", kind)
        if own_kind == "/Sig":
            yield name, field
        yield from _walk(field.get("/Kids"), name, own_kind, depth + 1)


def _entry(name: str, field: Any) -> Entry:
    signature = field.V
    numbers = tuple(int(number) for number in signature.get("/ByteRange", ()))
    return Entry(name, str(signature.get("/SubFilter", "")), numbers, bytes(signature.get("/Contents", b"")))


def _raw_ranges(pdf: bytes) -> list[tuple[int, ...]]:
    """Byte ranges that stand in the file itself and leave out a hex string at their own place.

    An attached PDF with signatures of its own also holds such arrays, but its offsets are those of another file.
    """
    found = []
    for match in RAW_BYTE_RANGE.finditer(pdf):
        numbers = tuple(int(number) for number in match.groups())
        _, first, second, _ = numbers
        if pdf[first : first + 1] == b"<" and first < second <= len(pdf) and pdf[second - 1 : second] == b">":
            found.append(numbers)
    return found
