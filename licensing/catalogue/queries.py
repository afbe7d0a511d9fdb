"""Reads of the catalogue. A stored revision is read once a process: it never changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import defer

from config.sentences import say
from config.unit_of_work import Work
from licensing.catalogue.errors import ProcedureClosed, ProcedureNotFound, RevisionDamaged
from licensing.catalogue.models import Procedure, ProcedureRevision
from licensing.catalogue.package import ProcedurePackage
from licensing.catalogue.read import read_body
from licensing.catalogue.rules import in_force, is_closed, is_code

MOST_KEPT = 200
_kept: dict[UUID, ProcedurePackage] = {}


def procedure_by_code(work: Work, code: str, *, lock: bool = False) -> Procedure:
    """The procedure, open or closed. Raises ProcedureNotFound."""
    if is_code(code) and (procedure := work.session.get(Procedure, code, with_for_update=lock or None)):
        return procedure
    raise ProcedureNotFound("There is no such procedure.")


def revisions_of(work: Work, code: str) -> Sequence[ProcedureRevision]:
    """All revisions of a procedure, oldest first, without their text."""
    query = select(ProcedureRevision).where(ProcedureRevision.code == code).order_by(ProcedureRevision.number)
    return work.session.scalars(query.options(defer(ProcedureRevision.body, raiseload=True))).all()


def revision_on(work: Work, code: str, day: date) -> ProcedureRevision:
    """The revision that counts on this day, also of a closed procedure. Raises ProcedureNotFound."""
    if is_code(code) and (revision := in_force(revisions_of(work, code), day)):
        return revision
    raise ProcedureNotFound("There is no such procedure on this day.")


def revision_in_force(work: Work, code: str, day: date) -> ProcedureRevision:
    """The revision under which an application may be filed on this day. Raises ProcedureNotFound, ProcedureClosed."""
    revision = revision_on(work, code, day)
    if is_closed(revision, procedure_by_code(work, code).closed_from, day):
        raise ProcedureClosed(say("The procedure {code} no longer takes applications.", code=code))
    return revision


def package_of(work: Work, revision_id: UUID) -> ProcedurePackage:
    """The package of a revision, exactly as it was published. Raises ProcedureNotFound, RevisionDamaged."""
    if revision_id not in _kept:
        query = select(ProcedureRevision.body, ProcedureRevision.sha256).where(ProcedureRevision.id == revision_id)
        found = work.session.execute(query).one_or_none()
        if found is None:
            raise ProcedureNotFound("There is no such revision.")
        package = read_body(found.body)
        if package.sha256 != found.sha256:
            raise RevisionDamaged(
                say("The stored text of the revision {id} is not what was published.", id=revision_id)
            )
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[revision_id] = package
    return _kept[revision_id]


def procedures(work: Work) -> Sequence[Procedure]:
    """Every procedure, by code."""
    return work.session.scalars(select(Procedure).order_by(Procedure.code)).all()


@dataclass(frozen=True)
class Offer:
    """A procedure as it stands on a day, and whether an application may be filed on it."""

    procedure: Procedure
    revision: ProcedureRevision
    package: ProcedurePackage
    open: bool


def offer_on(work: Work, code: str, day: date) -> Offer:
    """One procedure as everybody may read it; raises ProcedureNotFound."""
    procedure = procedure_by_code(work, code)
    revision = revision_on(work, code, day)
    closed = is_closed(revision, procedure.closed_from, day)
    return Offer(procedure, revision, package_of(work, revision.id), not closed)


def offers(work: Work, day: date) -> list[Offer]:
    """All procedures that have begun by that day, those that take applications first."""
    found: list[Offer] = []
    for procedure in procedures(work):
        try:
            found.append(offer_on(work, procedure.code, day))
        except ProcedureNotFound:
            continue  # published for a later day
    return sorted(found, key=lambda offer: not offer.open)
