"""Publish a package: from a day on it is what the authority offers, and every application keeps the one it was filed
under."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from config import tokens
from config.unit_of_work import Work
from licensing.catalogue.errors import PackageBroken, ProcedureNotFound, RevisionOutOfOrder
from licensing.catalogue.events import ProcedurePublished
from licensing.catalogue.lint import lint
from licensing.catalogue.models import Procedure, ProcedureRevision
from licensing.catalogue.package import ProcedurePackage
from licensing.catalogue.queries import revisions_of
from licensing.catalogue.read import PACKAGES, read_package
from licensing.catalogue.rules import is_code


def publish_package(work: Work, code: str, effective_from: date, packages: Path = PACKAGES) -> ProcedureRevision:
    """Publish the package in the folder of this code. Raises ProcedureNotFound, and what `publish_revision` raises."""
    folder = packages / code
    if not is_code(code) or not folder.is_dir():
        raise ProcedureNotFound(f"There is no package {code}.")
    return publish_revision(work, read_package(folder), effective_from)


def publish_revision(work: Work, package: ProcedurePackage, effective_from: date) -> ProcedureRevision:
    """Put a package on record, in force from a day that is later than that of every earlier revision.

    Publishing the same text for the same day again gives the revision that is there. Raises PackageBroken,
    RevisionOutOfOrder.
    """
    if faults := lint(package, effective_from):
        raise PackageBroken(faults)
    procedure = work.session.get(Procedure, package.code, with_for_update=True)
    if procedure is None:
        procedure = Procedure(code=package.code, created_at=work.clock.now())
        work.session.add(procedure)
        work.session.flush()
    earlier = revisions_of(work, package.code)
    if earlier and (earlier[-1].sha256, earlier[-1].effective_from) == (package.sha256, effective_from):
        return earlier[-1]
    if earlier and earlier[-1].effective_from >= effective_from:
        raise RevisionOutOfOrder(f"A revision of {package.code} is in force from {earlier[-1].effective_from} already.")
    revision = ProcedureRevision(
        id=tokens.new_id(),
        code=package.code,
        number=len(earlier) + 1,
        effective_from=effective_from,
        effective_until=package.definition.effective_until,
        body=package.body,
        sha256=package.sha256,
        published_at=work.clock.now(),
        published_by=str(work.actor.id),
    )
    procedure.closed_from = procedure.closed_because = None  # a new revision opens it again
    work.session.add(revision)
    work.session.flush()
    work.record(ProcedurePublished(revision.id, revision.code, revision.number, revision.sha256, effective_from))
    return revision
