"""The program that reads documents of others which are to be sealed: a zygote whose children read one each and end.

python -m signing.enclosures.child BYTES SECONDS
"""

from __future__ import annotations

import importlib
import sys
from datetime import UTC, datetime

from config.errors import Refused
from config.zygote import Ask, serve
from signing.enclosures.blank import blank_page
from signing.enclosures.only_seal_added import fault_of
from signing.enclosures.question import DONE, REFUSED, Wanted
from signing.pades.enclosures import sealed_revision
from signing.pades.extend import Evidence, evidence_revision

ENCODINGS = ("ascii", "latin_1", "cp1252", *(f"utf_{b}{e}" for b in (16, 32) for e in ("", "_be", "_le")))
LATER = ("pyhanko.pdf_utils.filters", "stringprep", *(f"encodings.{name}" for name in ENCODINGS))


def answer(message: bytes, ask: Ask) -> bytes:
    """A revision, or a refusal with its sentence."""
    wanted, pdf = Wanted.taken_apart(message)
    try:
        if wanted.stamp is not None and wanted.at is not None:
            return DONE + sealed_revision(pdf, wanted.stamp, wanted.at)
        if wanted.size is None:
            evidence = Evidence(list(wanted.certificates), list(wanted.lists), list(wanted.answers))
            return DONE + evidence_revision(pdf, evidence)
    except Refused as refusal:
        return REFUSED + refusal.detail.encode()
    fault = fault_of(pdf[: wanted.size], pdf)
    return REFUSED + fault.encode() if fault else DONE


def main(arguments: list[str]) -> int:
    """Load everything, read a document of our own, serve; a program that does not find that good must not judge: 1."""
    for name in LATER:
        importlib.import_module(name)
    page = blank_page(595, 842)
    revision = sealed_revision(page, blank_page(200, 36), datetime(2026, 3, 2, tzinfo=UTC))
    if fault_of(page, revision) or not fault_of(page, page):
        sys.stderr.write("The reader does not find its own sample good.\n")
        return 1
    return serve(answer, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
