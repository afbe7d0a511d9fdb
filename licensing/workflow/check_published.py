"""Nothing is published whose steps could not be run, or would take longer than the law allows."""

from __future__ import annotations

from datetime import date

from config.errors import Fault
from config.unit_of_work import Work
from licensing.catalogue.events import ProcedurePublished
from licensing.catalogue.lint import lint as lint_package
from licensing.catalogue.package import ProcedurePackage
from licensing.catalogue.queries import package_of
from licensing.workflow.definition import Workflow
from licensing.workflow.lint import check_steps
from licensing.workflow.lint import lint as lint_steps


def all_faults(package: ProcedurePackage, effective_from: date) -> list[Fault]:
    """What keeps a package from being published from this day on: its text and its steps together."""
    definition = package.definition
    return [*lint_package(package, effective_from), *lint_steps(Workflow.of(definition), definition.time_limit)]


def check_published_steps(work: Work, event: ProcedurePublished) -> None:
    """Undo the publication of steps that cannot be run (reaction, together). Raises WorkflowBroken."""
    check_steps(package_of(work, event.revision_id).definition)
