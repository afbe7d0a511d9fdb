"""Reads of certified prints, by what stands on the paper."""

from __future__ import annotations

import sqlalchemy as sa

from config.sentences import later
from config.unit_of_work import Work
from registry.entries.queries import entry_by_code
from registry.prints.errors import PrintNotFound
from registry.prints.models import CertifiedPrint

LARGEST = 2**31 - 1  # of the column


def print_by_number(work: Work, code: str, number: int) -> CertifiedPrint:
    """The print of a licence with this number; raises CodeMalformed, EntryNotFound, PrintNotFound."""
    entry = entry_by_code(work, code)
    query = sa.select(CertifiedPrint).where(CertifiedPrint.entry_id == entry.id, CertifiedPrint.number == number)
    found = work.session.scalar(query) if 1 <= number <= LARGEST else None
    if found is None:
        raise PrintNotFound(later("No certified print of this licence has this number."))
    return found


def print_number(text: str) -> int:
    """The number of a print as an address says it; 0, which no print has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
