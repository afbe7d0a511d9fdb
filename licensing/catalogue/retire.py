"""Close a procedure that the authority no longer offers."""

from __future__ import annotations

from datetime import date

from config.unit_of_work import Work
from licensing.catalogue.errors import ReasonNeeded
from licensing.catalogue.events import ProcedureRetired
from licensing.catalogue.models import Procedure
from licensing.catalogue.queries import procedure_by_code


def retire_procedure(work: Work, code: str, closed_from: date, because: str) -> Procedure:
    """From this day on the procedure takes no applications; what was filed before goes its way to the end.

    Raises ProcedureNotFound, ReasonNeeded.
    """
    if not because.strip():
        raise ReasonNeeded("Say why the procedure is closed.")
    procedure = procedure_by_code(work, code, lock=True)
    procedure.closed_from, procedure.closed_because = closed_from, because.strip()
    work.record(ProcedureRetired(code, closed_from))
    return procedure
