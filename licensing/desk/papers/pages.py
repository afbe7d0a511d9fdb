"""Papers beside an application as its officials see them: page by page as images, or saved as they are."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pikepdf
from flask import Response, render_template

from config.access import begin_work, requires
from config.pages import Pages, page_address
from config.unit_of_work import Work
from licensing.accounts.roles import READ_APPLICATIONS
from licensing.desk.pages import MOST_PAGES, ONE
from licensing.desk.sheet import sheet_of
from licensing.documents.inspection import inspect_file
from licensing.documents.page_images import HEADERS, page_image
from licensing.documents.rules import download_headers
from licensing.papers.errors import PaperNotFound
from licensing.papers.models import OfficialPaper
from licensing.papers.queries import paper_file as delivered
from licensing.workflow.attach_record import record_of
from licensing.workflow.errors import TaskNotFound
from licensing.workflow.models import Task

pages = Pages("desk_papers", __name__)
RECORD = f"{ONE}/records/<uuid:task_id>"
PAPER = f"{ONE}/papers/<uuid:paper_id>"


def record(work: Work, application_id: UUID, task_id: UUID) -> tuple[Task, bytes]:
    """The record of a step of this very application; raises TaskNotFound."""
    task, content = record_of(work, task_id)
    if task.application_id != application_id:
        raise TaskNotFound("There is no such record.")
    return task, content


def paper(work: Work, application_id: UUID, paper_id: UUID) -> tuple[OfficialPaper, bytes]:
    """A paper that was handed out for this very application; raises PaperNotFound."""
    found, content = delivered(work, paper_id)
    if found.application_id != application_id:
        raise PaperNotFound("There is no such paper.")
    return found, content


def paper_page(
    work: Work, application_id: UUID, named: tuple[str, str], count: int, address: Callable[..., str]
) -> str:
    """All pages of a paper below each other, with its kind and name; `address` gives those of its parts."""
    sheet, (kind, name) = sheet_of(work, application_id), named
    return render_template("desk/paper.html", sheet=sheet, kind=kind, name=name, pages=count, address=address)


@pages.get(RECORD)
@requires(READ_APPLICATIONS)
def show_record(application_id: UUID, task_id: UUID) -> Any:
    """The record of a step, page by page."""

    def address(part: str, **more: Any) -> str:
        return page_address(f"desk_papers_pages.record_{part}", application_id=application_id, task_id=task_id, **more)

    with begin_work() as work:
        task, content = record(work, application_id, task_id)
        count = inspect_file(content).pages  # somebody's file: it is opened where it can do no harm
        return paper_page(work, application_id, ("record", task.document_name or ""), count, address)


@pages.get(f"{RECORD}/pages/<int:number>")
@requires(READ_APPLICATIONS)
def record_image(application_id: UUID, task_id: UUID, number: int) -> Response:
    """A page of the record of a step, drawn anew."""
    with begin_work() as work:
        _, content = record(work, application_id, task_id)
    return Response(page_image(content, min(number, MOST_PAGES)), headers=HEADERS)


@pages.get(f"{RECORD}/file")
@requires(READ_APPLICATIONS)
def record_file(application_id: UUID, task_id: UUID) -> Response:
    """The record of a step, to be saved."""
    with begin_work() as work:
        task, content = record(work, application_id, task_id)
    return Response(content, headers=download_headers(task.document_name or "", task.document_type or ""))


@pages.get(PAPER)
@requires(READ_APPLICATIONS)
def show_paper(application_id: UUID, paper_id: UUID) -> Any:
    """A paper that was handed out, page by page."""

    def address(part: str, **more: Any) -> str:
        return page_address(f"desk_papers_pages.paper_{part}", application_id=application_id, paper_id=paper_id, **more)

    with begin_work() as work:
        found, content = paper(work, application_id, paper_id)
        with pikepdf.open(io.BytesIO(content)) as pdf:  # we made it ourselves
            count = len(pdf.pages)
        return paper_page(work, application_id, (found.kind, found.number or ""), count, address)


@pages.get(f"{PAPER}/pages/<int:number>")
@requires(READ_APPLICATIONS)
def paper_image(application_id: UUID, paper_id: UUID, number: int) -> Response:
    """A page of a paper that was handed out, drawn."""
    with begin_work() as work:
        _, content = paper(work, application_id, paper_id)
    return Response(page_image(content, min(number, MOST_PAGES)), headers=HEADERS)


@pages.get(f"{PAPER}/file")
@requires(READ_APPLICATIONS)
def paper_file(application_id: UUID, paper_id: UUID) -> Response:
    """A paper that was handed out, to be saved."""
    with begin_work() as work:
        found, content = paper(work, application_id, paper_id)
    return Response(content, headers=download_headers(found.file_name, "application/pdf"))
