"""What each person does in a story of the demonstration, through the same use cases as everybody, and at what hour."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any
from uuid import UUID

from config.access import Actor
from config.unit_of_work import Work
from licensing.applications.accept import accept_application
from licensing.applications.attach_document import attach_document
from licensing.applications.judge_document import judge_document
from licensing.applications.queries import latest_submission
from licensing.applications.return_incomplete import return_application
from licensing.applications.start import NewApplication, start_application
from licensing.applications.submit import submit_application
from licensing.applications.withdraw import withdraw_application
from licensing.catalogue.queries import package_of, revision_in_force
from licensing.decisions.approve import approve
from licensing.decisions.recommend import Proposal, recommend
from licensing.decisions.refuse import refuse
from licensing.demonstration import cast
from licensing.demonstration.businesses import CATERING
from licensing.demonstration.stories import Story, Until
from licensing.workflow.attach_record import attach_record
from licensing.workflow.claim import claim_task
from licensing.workflow.complete import complete_task
from licensing.workflow.models import Task
from licensing.workflow.queries import open_tasks_of
from licensing.workflow.rules import Completion

FILE_NAMES = {
    "business_registration": "giay-dang-ky-kinh-doanh.pdf",
    "premises": "thuyet-minh-co-so-vat-chat.pdf",
    "health": "giay-kham-suc-khoe.pdf",
    "training": "xac-nhan-tap-huan-attp.pdf",
}
PLAN = "floor_plan"
RECORD = "record"
GRANT_REASON = "Hồ sơ đầy đủ, hợp lệ; biên bản thẩm định thực tế kết luận cơ sở đạt yêu cầu."
FAILED_REASON = "Khu chế biến chưa tách riêng thực phẩm sống và chín; thiếu bồn rửa tay tại lối vào."
RETURN_REASON = (
    "Giấy khám sức khỏe của 02 người lao động đã quá 12 tháng;"
    " đề nghị bổ sung giấy khám sức khỏe còn giá trị rồi nộp lại."
)
WITHDRAWAL_REASON = "Cơ sở chuyển địa điểm kinh doanh, sẽ nộp hồ sơ mới."
GROUND = "premises_unfit"


def file_names(story: Story) -> Mapping[str, str]:
    """The files that a business hands in, by what they are asked for."""
    return FILE_NAMES | ({PLAN: "so-do-mat-bang.pdf"} if story.plan else {})


@dataclass
class Scene:
    """One application while its story is told: who acts in it, the papers handed in, its id once it is begun."""

    story: Story
    people: Mapping[str, Actor]
    organisation_id: UUID | None
    papers: Mapping[str, bytes]
    id: UUID = field(init=False)

    def by(self, work: Work, login: str) -> Work:
        """The same transaction in somebody's name."""
        acting = copy.copy(work)
        acting.actor = self.people[login]
        return acting

    def applicant(self, work: Work) -> Work:
        return self.by(work, self.story.business.email)

    def officer(self, work: Work) -> Work:
        return self.by(work, self.story.officer)

    def task(self, work: Work) -> Task:
        """The one open task."""
        (task,) = open_tasks_of(work, self.id)
        return task


@dataclass(frozen=True)
class Act:
    """Something that happens `after` working days, at this hour or some minutes later."""

    until: Until
    after: int
    at: time
    do: Callable[[Work, Scene], object]


def answers_of(story: Story) -> dict[str, Any]:
    """What the business says in its application."""
    business, people = story.business, story.people
    handling = max(1, people * 2 // 3)
    catering = {"portions": people * 25} if story.kind == CATERING else {}
    return {
        "establishment_name": story.establishment,
        "legal_form": business.form,
        "business_registration_number": business.tax_code,
        "business_registration_date": business.registered,
        "business_registration_agency": business.registrar,
        "head_office": business.place,
        "production_address": business.place,
        "owner_name": business.owner,
        "phone": business.phone,
        "email": business.email,
        "establishment_kind": story.kind,
        "products": list(story.products),
        "area": people * 14,
        "workers": people,
        "workers_handling_food": handling,
        "workers_trained": handling,
        "workers_examined": handling,
        "declaration": True,
        **catering,
    }


def _start(work: Work, scene: Scene) -> None:
    story = scene.story
    answers = answers_of(story)
    work = scene.applicant(work)
    definition = package_of(work, revision_in_force(work, cast.PROCEDURE, work.clock.today()).id).definition
    if story.until == Until.STARTED:  # somebody was called away in the middle of the form
        answers = dict(list(answers.items())[:9])
    new = NewApplication(
        cast.PROCEDURE,
        cast.AGENCY.code,
        organisation_id=scene.organisation_id,
        answers=answers,
        eligibility={item.id: not item.stops_on for item in definition.eligibility},
    )
    scene.id = start_application(work, new).id


def _documents(work: Work, scene: Scene) -> None:
    for requirement, file_name in file_names(scene.story).items():
        attach_document(scene.applicant(work), scene.id, requirement, file_name, scene.papers[requirement])


def _submit(work: Work, scene: Scene) -> None:
    submit_application(scene.applicant(work), scene.id)


def _accept(work: Work, scene: Scene) -> None:
    accept_application(scene.by(work, "tiepnhan"), scene.id)


def _hand_over(work: Work, scene: Scene) -> None:
    desk = scene.by(work, "tiepnhan")
    complete_task(desk, claim_task(desk, scene.task(work).id).id, Completion("hand_over"))


def _claim(work: Work, scene: Scene) -> None:
    claim_task(scene.officer(work), scene.task(work).id)


def _judge(work: Work, scene: Scene) -> None:
    submission = latest_submission(work, scene.id)
    for item in submission.attachments if submission else []:
        judge_document(scene.officer(work), scene.id, UUID(str(item["id"])), "accepted")


def _complete(action: str) -> Callable[[Work, Scene], None]:
    def do(work: Work, scene: Scene) -> None:
        complete_task(scene.officer(work), scene.task(work).id, Completion(action))

    return do


def _inspect(work: Work, scene: Scene) -> None:
    task, officer = scene.task(work), scene.officer(work)
    attach_record(officer, task.id, "bien-ban-tham-dinh.pdf", scene.papers[RECORD])
    done = Completion("failed", FAILED_REASON) if scene.story.refused else Completion("passed")
    complete_task(officer, task.id, done)


def _recommend(work: Work, scene: Scene) -> None:
    granted = Proposal("granted", GRANT_REASON)
    proposal = Proposal("refused", FAILED_REASON, [GROUND]) if scene.story.refused else granted
    recommend(scene.officer(work), scene.id, proposal)


def _begin_review(work: Work, scene: Scene) -> None:
    claim_task(scene.by(work, "truongphong"), scene.task(work).id)


def _review(work: Work, scene: Scene) -> None:
    complete_task(scene.by(work, "truongphong"), scene.task(work).id, Completion("agree"))


def _decide(work: Work, scene: Scene) -> None:
    approver = scene.by(work, scene.story.approver)
    if scene.story.refused:
        refuse(approver, scene.id, FAILED_REASON, [GROUND])
    else:
        approve(approver, scene.id)


def give_back(work: Work, scene: Scene) -> None:
    """The desk finds something missing."""
    return_application(scene.by(work, "tiepnhan"), scene.id, RETURN_REASON)


def give_up(work: Work, scene: Scene) -> None:
    """The applicant does not want it any more."""
    withdraw_application(scene.applicant(work), scene.id, WITHDRAWAL_REASON)


LINE = (
    Act(Until.STARTED, 0, time(8, 35), _start),
    Act(Until.DOCUMENTED, 0, time(9, 20), _documents),
    Act(Until.SUBMITTED, 0, time(10, 10), _submit),
    Act(Until.ACCEPTED, 0, time(13, 45), _accept),
    Act(Until.HANDED_OVER, 0, time(14, 50), _hand_over),
    Act(Until.CHECKING, 1, time(8, 20), _claim),
    Act(Until.JUDGED, 3, time(9, 30), _judge),
    Act(Until.CHECKED, 4, time(10, 15), _complete("pass")),
    Act(Until.PLANNING, 4, time(13, 50), _claim),
    Act(Until.PLANNED, 5, time(9, 10), _complete("announce")),
    Act(Until.INSPECTING, 6, time(8, 15), _claim),
    Act(Until.INSPECTED, 9, time(15, 40), _inspect),
    Act(Until.RECOMMENDING, 10, time(8, 30), _claim),
    Act(Until.RECOMMENDED, 11, time(10, 5), _recommend),
    Act(Until.REVIEWING, 11, time(14, 15), _begin_review),
    Act(Until.REVIEWED, 12, time(9, 5), _review),
    Act(Until.DECIDED, 13, time(10, 25), _decide),
)
