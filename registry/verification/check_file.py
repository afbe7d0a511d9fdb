"""A file that somebody brings, or names by its digest: a few are judged at a time in one process, none is kept."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from config.access import VISITOR
from config.sentences import later
from config.storage import FileMissing, Storage
from config.unit_of_work import UnitOfWork
from registry.entries.queries import code_of_published
from registry.verification.by_document import verify_document
from registry.verification.errors import FileUnknown, NoDocument, TooManyDocuments
from registry.verification.examined import Examined
from registry.verification.result import Result
from signing.validation.drawing import Comparison, compare_pages, last_good

AT_ONCE = 2  # documents validated at the same time in one process
PATIENCE = 5.0  # seconds that one waits for the first validation of a published file, which is done once a process
TIME_TO_DRAW = 4.0  # seconds: after a longer check nothing is drawn, so that an answer comes within ten
places = threading.BoundedSemaphore(AT_ONCE)
first_time = threading.Lock()


@dataclass(frozen=True)
class Looked:
    """The verdict on a file, and where its pages may differ from what was signed, both states of them."""

    result: Result
    comparison: Comparison | None = None


def check_file(unit: UnitOfWork, content: bytes) -> Result:
    """The verdict on a file that was sent; raises NoDocument for none, TooManyDocuments when others are at it."""
    return _looked_at(unit, content, drawn=False).result


def look_at_file(unit: UnitOfWork, content: bytes) -> Looked:
    """The same with pictures of the pages that differ from what was signed."""
    return _looked_at(unit, content, drawn=True)


def _looked_at(unit: UnitOfWork, content: bytes, drawn: bool) -> Looked:
    if not content:
        raise NoDocument(later("Send a PDF: as the body, or as the part “file” of a form."))
    if not places.acquire(blocking=False):
        raise TooManyDocuments(later("Other documents are being validated; try again in a few seconds."))
    started = time.monotonic()
    try:
        result = verify_document(unit, content)
        return Looked(result, _compared(content, result, started) if drawn else None)
    finally:
        places.release()


def _compared(content: bytes, result: Result, started: float) -> Comparison | None:
    last = last_good(result.report, len(content)) if result.report is not None else None
    if last is None:
        return None
    in_time = time.monotonic() - started < TIME_TO_DRAW
    return compare_pages(content, last) if in_time else Comparison(last.signer, last.field)


def check_published(unit: UnitOfWork, digest: str) -> tuple[Result, int]:
    """The verdict on a file that stays with its holder, by our own copy of the same bytes; with its size.

    That a row of the register calls it published proves nothing: the copy is judged like any file that was sent. Raises
    FileUnknown, TooManyDocuments.
    """
    with unit.begin(VISITOR) as work:
        code = code_of_published(work, digest)
    if code is None:
        raise FileUnknown(later("No file with this digest was handed out here."))
    try:
        content = unit.tools[Storage].get(digest)
    except FileMissing as error:
        raise FileUnknown(later("No file with this digest was handed out here.")) from error
    if Examined.of(unit).find(digest):
        return verify_document(unit, content), len(content)
    if not first_time.acquire(timeout=PATIENCE):
        raise TooManyDocuments(later("Other documents are being validated; try again in a few seconds."))
    try:
        return verify_document(unit, content), len(content)
    finally:
        first_time.release()
