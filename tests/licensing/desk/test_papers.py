"""Records of steps at the desk: shown as images, saved as files, under their own application only."""

from __future__ import annotations

from config.access import SYSTEM
from config.unit_of_work import UnitOfWork
from licensing.workflow.attach_record import attach_record
from licensing.workflow.claim import claim_task
from tests.licensing.desk.conftest import Desk
from tests.licensing.desk.test_application import address
from tests.licensing.factories import Cast, a_pdf, acting, an_accepted, the_task


def test_a_record_is_shown_as_an_image_to_its_officials_and_only_under_its_application(
    unit: UnitOfWork, desk: Desk, cast: Cast
) -> None:
    with unit.begin(SYSTEM) as work:
        accepted, other = an_accepted(work, cast).id, an_accepted(work, cast).id
        task_id = the_task(work, accepted).id
        claim_task(acting(work, cast.case_officer), task_id)
        attach_record(acting(work, cast.case_officer), task_id, "biên bản <b>.pdf", a_pdf(2))
    path = f"{address(accepted)}/records/{task_id}"
    page = desk.as_(cast.unit_head).get(address(accepted))
    assert f'src="{path}/pages/1?v=' in page and "biên bản &lt;b&gt;.pdf" in page and "biên bản <b>" not in page
    assert desk.get(path).count('class="page-image"') == 2
    image = desk.client.get(f"{path}/pages/2")
    assert (image.status_code, image.mimetype) == (200, "image/webp") and "sandbox" in str(image.headers)
    assert desk.client.get(f"{path}/pages/3").status_code == 422
    assert desk.client.get(f"{path}/file").headers["Content-Disposition"].startswith("attachment")
    for part in ("", "/pages/1", "/file"):
        desk.get(f"{address(other)}/records/{task_id}{part}", 404)
        desk.get(f"{address(accepted)}/papers/{task_id}{part}", 404)
        assert desk.as_(cast.applicant).client.get(f"{path}{part}").status_code == 403
        desk.as_(cast.unit_head)
