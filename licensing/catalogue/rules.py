"""Which revision counts on a day, and whether the procedure still takes applications on it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar

CODE = re.compile(r"\d\.\d{6}(?:\.\w{1,10})?", re.ASCII)


def is_code(text: str) -> bool:
    """True for what may be the national code of a procedure, such as 2.001827."""
    return CODE.fullmatch(text) is not None


class Dated(Protocol):
    """Something that counts from a day on, maybe only until another day (which still belongs to it)."""

    @property
    def effective_from(self) -> date: ...

    @property
    def effective_until(self) -> date | None: ...


Revision = TypeVar("Revision", bound=Dated)


def in_force(revisions: Iterable[Revision], day: date) -> Revision | None:
    """The revision that counts on this day: the latest that has begun. It may have ended: see `is_closed`."""
    begun = [revision for revision in revisions if revision.effective_from <= day]
    return max(begun, key=lambda revision: revision.effective_from, default=None)


def is_closed(revision: Dated, closed_from: date | None, day: date) -> bool:
    """True when no application may be filed on this day, because the authority or the package itself ended it."""
    ended = revision.effective_until is not None and revision.effective_until < day
    return ended or (closed_from is not None and closed_from <= day)
