"""Which bytes a signature really covers (ISO 32000-1, 12.8.1): step 3 of validation.

The cryptography of a signature says nothing about bytes outside its range; readers show them all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from signing.validation.census import Census, Entry
from signing.validation.report import Finding, Verdict

END = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF\s{0,8}\Z")
LONGEST_END = 64  # bytes in which startxref, offset and %%EOF must stand


def check_file(pdf: bytes, census: Census) -> Iterator[Finding]:
    """The file as a whole: starts with %PDF, ends with the end of its last revision, nothing before, nothing after."""
    if not pdf.startswith(b"%PDF-"):
        yield Finding(3, Verdict.INVALID, "There are bytes before the document.")
    end = END.search(pdf[-LONGEST_END:])
    if end is None or int(end.group(1)) != census.reader.last_startxref:
        yield Finding(3, Verdict.INVALID, "The file does not end where its last revision ends: bytes were appended.")
        return
    covered = max((covered_until(entry) for entry in census.entries), default=0)
    if 0 < covered < len(pdf) and int(end.group(1)) < covered:
        yield Finding(3, Verdict.INVALID, "Bytes that belong to no revision were appended after the last signature.")


def check_range(pdf: bytes, entry: Entry) -> str | None:
    """What is wrong with the four numbers of a signature's /ByteRange, in words; None when nothing is."""
    numbers = entry.byte_range
    if len(numbers) != 4:
        return f"its byte range has {len(numbers)} numbers instead of four"
    start, first, second, length = numbers
    if start != 0:
        return "it does not cover the document from its first byte"
    if not 0 < first < second or length <= 0 or second + length > len(pdf):
        return "its byte range does not lie in the document"
    gap = pdf[first:second]
    if gap[:1] != b"<" or gap[-1:] != b">" or len(gap) != 2 * len(entry.contents) + 2:
        return "it does not cover the document in one piece: more than the signature itself is left out"
    digits, plain = gap[1:-1], entry.contents.hex().encode("ascii")
    if digits not in (plain, plain.upper()):  # mixed case would let single bytes be altered unseen
        return "what its byte range leaves out is not the signature as it was written"
    if END.search(pdf[max(0, second + length - LONGEST_END) : second + length]) is None:
        return "it does not cover a whole revision"
    return None


def covered_until(entry: Entry) -> int:
    """The offset after the last covered byte; 0 for a range that makes no sense."""
    return entry.byte_range[2] + entry.byte_range[3] if len(entry.byte_range) == 4 else 0
