"""An application is refused: the paper is signed, sealed and handed out, and says why and what can be done."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pikepdf
import pytest
import yaml

from licensing.catalogue.read import PACKAGES
from licensing.demonstration.cast import APPLICANT_EMAIL, PROCEDURE
from licensing.demonstration.sheet import blank_sheet
from signing.pades.blanks import DATE, NUMBER, blanks_of
from signing.pades.digest import signed_fields
from signing.pades.printed import day_in_words
from tests.attacks.form_fields import number_redrawn_after_the_seal
from tests.journeys.conftest import Installation
from tests.journeys.story import Story, refusal

GROUND = "premises_unfit"
REASON = "Khu vực sơ chế không có lưới chắn côn trùng."


def refused(story: Story, reason: str = REASON, **changes: object) -> Story:
    """Inspected and found wanting, recommended and decided to be refused, signed and sealed."""
    decided(story, reason, **changes)
    story.sign(story.to_sign())
    story.seal(story.to_seal())
    return story


def decided(story: Story, reason: str = REASON, **changes: object) -> Story:
    """The same up to the decision."""
    story.submitted(**changes)
    story.walk.accept(story.id)
    officer = story.by("thamdinh")
    for item in officer.get(story.path)["attachments"]:
        officer.put(f"{story.path}/attachments/{item['id']}/verdict", {"verdict": "accepted"})
    story.step("thamdinh", "check", "pass")
    story.step("thamdinh", "plan_inspection", "announce")
    (task,) = [item for item in officer.get(f"{story.path}/tasks") if item["step"] == "inspect"]
    officer.post(f"/v1/tasks/{task['id']}/claim")
    officer.upload(f"/v1/tasks/{task['id']}/record", {}, "biên bản.pdf", blank_sheet("record"), "PUT")
    story.step("thamdinh", "inspect", "failed", reason=reason)
    story.recommend("refused", grounds=[GROUND])
    decision = f"{story.path}/decision"
    missing = refusal(lambda: story.by("lanhdao").post(decision, {"outcome": "refused", "reason": REASON}))
    assert missing == (422, "needs-missing")
    story.by("lanhdao").post(decision, {"outcome": "refused", "reason": reason, "grounds": [GROUND]})
    assert refusal(lambda: story.applicant.get(decision)) == (404, "decision-not-found")
    return story


def test_a_refusal_reaches_the_applicant_as_a_signed_paper_with_its_ground_and_remedy(
    installation: Installation, tmp_path: Path
) -> None:
    story = refused(installation.story())
    (paper,) = story.until("the paper is handed out", lambda: story.applicant.get(f"{story.path}/papers"))
    content, headers = story.applicant.send("GET", f"/v1/papers/{paper['id']}/file")
    assert hashlib.sha256(content).hexdigest() == paper["file_sha256"]
    assert (paper["kind"], headers["Content-Type"]) == ("refusal", "application/pdf")
    story.until("it is closed", lambda: story.status == "closed")
    decision = story.applicant.get(f"{story.path}/decision")
    assert (decision["outcome"], decision["grounds"]) == ("refused", [GROUND])
    assert story.licence() is None
    assert refusal(lambda: story.stranger().get(f"/v1/papers/{paper['id']}/file")) == (401, "sign-in-needed")

    path = tmp_path / "refusal.pdf"
    path.write_bytes(content)
    said = installation.antin("signing", "validate", path, "--json")
    assert (said.exit_code, json.loads(said.output)["verdict"]) == (0, "valid")
    assert [field.name for field in signed_fields(content)][:2] == ["Official", "Seal"]
    with pikepdf.open(io.BytesIO(content)) as pdf:
        data = json.loads(pdf.attachments["refusal.json"].get_file().read_bytes())
    given = {NUMBER: paper["number"], DATE: day_in_words(date.fromisoformat(paper["issued_on"]))}
    assert blanks_of(content) == given
    assert (data["numbering"], data["number"], data["issued_on"]) == ("after_signature", None, None)
    assert data["reason"] == REASON
    verdict = story.verdict_on(content)
    assert (verdict["verdict"], verdict["finding"], verdict["licence"]) == ("amber", "paper", None)
    forged = tmp_path / "forged.pdf"
    forged.write_bytes(number_redrawn_after_the_seal(content))
    said = installation.antin("signing", "validate", forged, "--json")
    assert (said.exit_code, json.loads(said.output)["verdict"]) == (1, "invalid")
    verdict = story.verdict_on(forged.read_bytes())
    assert (verdict["verdict"], verdict["finding"]) == ("red", "altered")
    assert_printed(path, paper["number"])


def assert_printed(path: Path, number: str) -> None:
    """What the procedure says about the ground stands on the paper, with what can be done, and the appeal."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    text = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
    printed = " ".join(text.split())
    definition = yaml.safe_load((PACKAGES / PROCEDURE / "procedure.yaml").read_text(encoding="utf-8"))
    ground = next(item for item in definition["refusal"]["grounds"] if item["id"] == GROUND)
    expected = [number, REASON, ground["text"]["vi"], ground["remedy"]["vi"], ground["provision"]["article"]]
    for said in (*expected, " ".join(definition["refusal"]["appeal"]["vi"].split())):
        assert said in printed, said
    assert APPLICANT_EMAIL not in printed
