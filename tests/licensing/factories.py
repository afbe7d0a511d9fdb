"""Builders of what tests of the service begin with: people of one agency, a published procedure, applications so far.

Each takes `work` and acts as whoever would do it for real, in the same transaction: nothing is put in by the back door.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pikepdf

from config import tokens
from config.access import Actor
from config.unit_of_work import Work
from licensing.accounts.appoint import appoint
from licensing.accounts.create_official import create_official
from licensing.accounts.grant_role import grant_role
from licensing.accounts.models import Agency
from licensing.accounts.open_agency import NewAgency, create_position, open_agency
from licensing.accounts.queries import account_by_id, actor_of
from licensing.accounts.register import register_applicant
from licensing.accounts.roles import Role
from licensing.accounts.verify_address import vouch_for_address
from licensing.applications.accept import accept_application
from licensing.applications.attach_document import attach_document
from licensing.applications.judge_document import ACCEPTED, judge_document
from licensing.applications.models import Application
from licensing.applications.queries import latest_submission
from licensing.applications.start import NewApplication, start_application
from licensing.applications.submit import submit_application
from licensing.catalogue.models import Procedure
from licensing.catalogue.package import ProcedurePackage
from licensing.catalogue.publish import publish_revision
from licensing.catalogue.read import package_of, read_package
from licensing.decisions.approve import approve
from licensing.decisions.models import Decision, Recommendation
from licensing.decisions.recommend import Proposal, recommend
from licensing.decisions.refuse import refuse
from licensing.documents.inspection import inspect_file
from licensing.workflow.claim import claim_task
from licensing.workflow.complete import complete_task
from licensing.workflow.models import Task
from licensing.workflow.queries import open_tasks_of
from licensing.workflow.rules import Completion
from signing.requests.models import SigningRequest, State

SINCE = date(2026, 1, 5)
SAMPLE = Path(__file__).parent / "sample"
KITES = "9.000001"
PASSWORD = "một mật khẩu đủ dài"
ANSWERS: dict[str, Any] = {"name": "Diều sáo Bá Dương Nội", "size": 2, "red": True}
ELIGIBLE = {"indoors": False}
AGENCY = NewAgency(
    code="000.00.09.H99",
    name_vi="Sở Ví Dụ tỉnh Minh Họa",
    name_en="Department of Examples (invented)",
    superior_name="Ủy ban nhân dân tỉnh Minh Họa",
    place_name="Minh Họa",
    symbol="SVD",
    reference_pattern="{agency}-{date:%y%m%d}-{seq:04d}",
    seal_key="seal-minhhoa",
    cutoff=time(15, 0),
    address="Số 1 đường Ví Dụ",
    phone="0000 000 000",
)


def acting(work: Work, actor: Actor) -> Work:
    """The same transaction in the name of somebody else."""
    return work.by(actor)


def an_agency(work: Work, new: NewAgency = AGENCY) -> Agency:
    """The agency, opened when it is not there yet."""
    return work.session.get(Agency, new.code) or open_agency(work, new)


NAMED = {"official-lanhdao": "Phạm Ví Dụ"}  # as in the certificates that the tests share


def an_officer(work: Work, role: Role, *, agency: str = AGENCY.code, key: str | None = None) -> Actor:
    """An official of the agency with this role; with a signing key also with a position that signs."""
    login = f"{role.value.replace('_', '')}{tokens.random_code(6).lower()}"
    account = create_official(
        work,
        login=login,
        name=NAMED.get(key or "", f"{role.value} Thử"),
        email=f"{login}@vidu.example",
        signing_key=key,
    )
    grant_role(work, account.id, agency, role, SINCE)
    if key:
        position = create_position(work, agency, f"Giám đốc {login}", "Director", may_sign=True)
        appoint(work, account.id, position.id, SINCE)
    return actor_of(work, account)


def an_applicant(work: Work, name: str = "Nguyễn Thị Diều") -> Actor:
    """Somebody who applies for oneself, at a verified address."""
    applicant = a_newcomer(work, name)
    vouch_for_address(work, applicant.account_id)
    return applicant


def a_newcomer(work: Work, name: str = "Nguyễn Thị Diều") -> Actor:
    """Somebody who has just registered."""
    email = f"{tokens.random_code(8).lower()}@vidu.example"
    account_id = register_applicant(work, name=name, email=email, password=PASSWORD)
    assert account_id is not None
    return actor_of(work, account_by_id(work, account_id))


def kites(numbering: str = "before_signature") -> ProcedurePackage:
    """The procedure of the tests, numbered in this way."""
    files = read_package(SAMPLE).files
    text = files["procedure.yaml"].replace("numbering: before_signature", f"numbering: {numbering}")
    return package_of({**files, "procedure.yaml": text})


def a_published_procedure(work: Work, since: date = SINCE, numbering: str = "before_signature") -> str:
    """The procedure of the tests, in force from that day; its code."""
    if work.session.get(Procedure, KITES) is None:
        publish_revision(work, kites(numbering), since)
    return KITES


@dataclass(frozen=True)
class Cast:
    """One applicant and one official of each role, all of one agency; the approver signs with `official-lanhdao`."""

    applicant: Actor
    reception: Actor
    case_officer: Actor
    unit_head: Actor
    approver: Actor
    clerk: Actor


def a_cast(work: Work, numbering: str = "before_signature") -> Cast:
    """The people and the procedure that an application needs."""
    an_agency(work)
    a_published_procedure(work, numbering=numbering)
    return Cast(
        an_applicant(work),
        an_officer(work, Role.RECEPTION_OFFICER),
        an_officer(work, Role.CASE_OFFICER),
        an_officer(work, Role.UNIT_HEAD),
        an_officer(work, Role.APPROVER, key="official-lanhdao"),
        an_officer(work, Role.CLERK),
    )


def a_pdf(pages: int = 1) -> bytes:
    """A small PDF, the same octets each time."""
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page()
        written = BytesIO()
        document.save(written, deterministic_id=True)
        return written.getvalue()


def a_draft(work: Work, cast: Cast, **answers: Any) -> Application:
    """A complete draft with its document."""
    applicant = acting(work, cast.applicant)
    new = NewApplication(KITES, AGENCY.code, answers={**ANSWERS, **answers}, eligibility=ELIGIBLE)
    application = start_application(applicant, new)
    with patch("licensing.documents.attach.inspect_file", looked_into):
        attach_document(applicant, application.id, "plan", "bản vẽ.pdf", a_pdf())
    return application


looked_into = cache(inspect_file)  # the same file each time: its process is started once


def a_submitted(work: Work, cast: Cast, **answers: Any) -> Application:
    """An application that was handed in."""
    return submit_application(acting(work, cast.applicant), a_draft(work, cast, **answers).id)


def an_accepted(work: Work, cast: Cast, **answers: Any) -> Application:
    """An application in hand: its first task is open."""
    return accept_application(acting(work, cast.reception), a_submitted(work, cast, **answers).id)


def accept_documents(work: Work, cast: Cast, application_id: UUID, verdict: str = ACCEPTED) -> None:
    """The case officer gives every document a verdict."""
    submission = latest_submission(work, application_id)
    assert submission is not None
    reason = None if verdict == ACCEPTED else "Bản vẽ mờ."
    for item in submission.attachments:
        judge_document(acting(work, cast.case_officer), application_id, UUID(item["id"]), verdict, reason)


def the_task(work: Work, application_id: UUID) -> Task:
    """The one open task."""
    (task,) = open_tasks_of(work, application_id)
    return task


def do_task(work: Work, actor: Actor, application_id: UUID, action: str, reason: str | None = None) -> Task:
    """Claim and complete the open task."""
    task = the_task(work, application_id)
    claim_task(acting(work, actor), task.id)
    return complete_task(acting(work, actor), task.id, Completion(action, reason))


def a_proposal(work: Work, cast: Cast, application_id: UUID, outcome: str = "granted") -> Recommendation:
    """The case officer recommends."""
    grounds = () if outcome == "granted" else ("too_large",)
    proposal = Proposal(outcome, "Đã thẩm định.", grounds)
    return recommend(acting(work, cast.case_officer), application_id, proposal)


def a_proposed(work: Work, cast: Cast, outcome: str = "granted", **answers: Any) -> Application:
    """An application that waits for the decision: checked, recommended, reviewed."""
    application = an_accepted(work, cast, **answers)
    accept_documents(work, cast, application.id)
    do_task(work, cast.case_officer, application.id, "done")
    a_proposal(work, cast, application.id, outcome)
    do_task(work, cast.unit_head, application.id, "agree")
    return application


def a_grant(work: Work, cast: Cast) -> Decision:
    """A decision to grant."""
    return approve(acting(work, cast.approver), a_proposed(work, cast).id)


def a_refusal(work: Work, cast: Cast) -> Decision:
    """A decision to refuse."""
    application = a_proposed(work, cast, "refused", size=99)
    return refuse(acting(work, cast.approver), application.id, "Diều 99 m không bay được.", ["too_large"])


def a_signed_request(work: Work, purpose: str, subject: str, agency: str) -> UUID:
    """A request whose official has signed, as far as the database knows it; nothing of it was typeset."""
    request = SigningRequest(
        id=tokens.new_id(),
        purpose=purpose,
        subject=subject,
        agency=agency,
        document_sha256="0" * 64,
        summary="Giấy phép thả diều",
        on_behalf_of=AGENCY.name_vi,
        signatory="",
        signatory_name="",
        official_key="",
        seal_key="",
        stamps={},
        expires_on=work.clock.today(),
        filed_at=work.clock.now(),
        state=State.SIGNED,
        signatures=[],
    )
    work.session.add(request)
    work.session.flush()
    return request.id
