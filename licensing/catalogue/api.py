"""The catalogue for everybody: which procedures there are, and what each asks. No account, no cookie."""

from __future__ import annotations

import dataclasses
from typing import Any

from flask_smorest import Blueprint

from config.access import begin_work, public
from config.unit_of_work import Work
from licensing.catalogue.errors import ProcedureNotFound
from licensing.catalogue.models import Procedure, ProcedureRevision
from licensing.catalogue.queries import package_of, procedure_by_code, revision_on
from licensing.catalogue.queries import procedures as all_procedures
from licensing.catalogue.rules import is_closed
from licensing.catalogue.schemas import ProcedureItemSchema, ProcedureSchema

procedures = Blueprint("procedures", __name__, url_prefix="/v1/procedures", description="What the authority offers")
ITEM_FIELDS = ("title", "sector", "agency_level", "online_level", "subjects")


@procedures.get("")
@procedures.response(200, ProcedureItemSchema(many=True))
@public
def list_procedures() -> list[dict[str, Any]]:
    """All procedures that have begun, open or closed."""
    with begin_work() as work:
        return [item for procedure in all_procedures(work) if (item := _item(work, procedure))]


@procedures.get("/<code>")
@procedures.response(200, ProcedureSchema)
@procedures.alt_response(404, description="There is no such procedure today")
@public
def show_procedure(code: str) -> dict[str, Any]:
    """One procedure as it stands today: documents, form, fees, steps, time limit and law."""
    with begin_work() as work:
        procedure = procedure_by_code(work, code)
        revision = revision_on(work, code, work.clock.today())
        package = package_of(work, revision.id)
        said = {item.name: getattr(package.definition, item.name) for item in dataclasses.fields(package.definition)}
        head = _head(work, procedure, revision)
        return {**said, **head, "closed_because": procedure.closed_because, "form": package.form}


def _item(work: Work, procedure: Procedure) -> dict[str, Any] | None:
    try:
        revision = revision_on(work, procedure.code, work.clock.today())
    except ProcedureNotFound:
        return None  # published for a later day
    definition = package_of(work, revision.id).definition
    return {name: getattr(definition, name) for name in ITEM_FIELDS} | _head(work, procedure, revision)


def _head(work: Work, procedure: Procedure, revision: ProcedureRevision) -> dict[str, Any]:
    return {
        "code": procedure.code,
        "open": not is_closed(revision, procedure.closed_from, work.clock.today()),
        "revision": revision.number,
        "effective_from": revision.effective_from,
        "sha256": revision.sha256,
    }
