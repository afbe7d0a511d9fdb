"""Suspicions that an official may see: those about licences of agencies where they handle reports.

One about no licence of ours belongs to nobody's agency, so everybody who handles reports sees it.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from config.unit_of_work import Work
from registry.suspicions.errors import SuspicionNotFound
from registry.suspicions.models import Suspicion, SuspicionFile

HANDLE_REPORTS = "handle_reports"  # licensing/accounts/roles.py gives it to people by the same word
ON_A_PAGE = 50


def _visible(work: Work) -> sa.ColumnElement[bool]:
    if HANDLE_REPORTS in work.actor.permissions.get("", frozenset()):
        return sa.true()
    return sa.or_(Suspicion.agency.is_(None), Suspicion.agency.in_(work.actor.agencies(HANDLE_REPORTS)))


def suspicions(work: Work, page: int) -> tuple[Sequence[Suspicion], bool]:
    """A page of them (from 1), those that wait first, then the newest; and whether there are more."""
    query = (
        sa.select(Suspicion)
        .where(_visible(work))
        .order_by(Suspicion.handled_at.is_not(None), Suspicion.told_at.desc(), Suspicion.id)
        .offset((page - 1) * ON_A_PAGE)
        .limit(ON_A_PAGE + 1)
    )
    found = work.session.scalars(query).all()
    return found[:ON_A_PAGE], len(found) > ON_A_PAGE


def suspicion_by_id(work: Work, suspicion_id: UUID, *, lock: bool = False) -> Suspicion:
    """One that the caller may see; raises SuspicionNotFound."""
    query = sa.select(Suspicion).where(Suspicion.id == suspicion_id, _visible(work))
    found = work.session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise SuspicionNotFound("There is no such report.")
    return found


def size_of_file(work: Work, suspicion_id: UUID) -> int | None:
    """How many bytes the file has that came with it; None when none was kept."""
    size = sa.func.octet_length(SuspicionFile.content)
    return work.session.scalar(sa.select(size).where(SuspicionFile.suspicion_id == suspicion_id))


def file_of(work: Work, suspicion_id: UUID) -> bytes:
    """The file that came with it; raises SuspicionNotFound where none was kept."""
    found = work.session.get(SuspicionFile, suspicion_by_id(work, suspicion_id).id)
    if found is None:
        raise SuspicionNotFound("No file was kept.")
    return found.content


def by_reference(work: Work, reference: str) -> Suspicion:
    """The one with this reference, for whoever told us; shows nothing of theirs."""
    found = work.session.scalar(sa.select(Suspicion).where(Suspicion.reference == reference))
    if found is None:
        raise SuspicionNotFound("There is no such report.")
    return found
