"""A file that somebody brings, or names by its digest: a few are judged at a time in one process, none is kept."""

from __future__ import annotations

import threading

from config.access import VISITOR
from config.sentences import later
from config.storage import FileMissing, Storage
from config.unit_of_work import UnitOfWork
from registry.entries.queries import code_of_published
from registry.verification.by_document import verify_document
from registry.verification.errors import FileUnknown, NoDocument, TooManyDocuments
from registry.verification.examined import Examined
from registry.verification.result import Result

AT_ONCE = 2  # documents validated at the same time in one process
PATIENCE = 5.0  # seconds that one waits for the first validation of a published file, which is done once a process
places = threading.BoundedSemaphore(AT_ONCE)
first_time = threading.Lock()


def check_file(unit: UnitOfWork, content: bytes) -> Result:
    """The verdict on a file that was sent; raises NoDocument for none, TooManyDocuments when others are at it."""
    if not content:
        raise NoDocument(later("Send a PDF: as the body, or as the part “file” of a form."))
    if not places.acquire(blocking=False):
        raise TooManyDocuments(later("Other documents are being validated; try again in a few seconds."))
    try:
        return verify_document(unit, content)
    finally:
        places.release()


def check_published(unit: UnitOfWork, digest: str) -> Result:
    """The verdict on a file that stays with its holder, by our own copy of the same bytes; raises FileUnknown.

    That a row of the register calls it published proves nothing: the copy is judged like any file that was sent.
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
        return verify_document(unit, content)
    if not first_time.acquire(timeout=PATIENCE):
        raise TooManyDocuments(later("Other documents are being validated; try again in a few seconds."))
    try:
        return verify_document(unit, content)
    finally:
        first_time.release()
