"""A floor plan goes out with the licence: the official signs its digest, and the agency's seal is put on it as text."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import subprocess
import warnings
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from config.access import SYSTEM
from config.clock import FrozenClock
from config.storage import Storage
from licensing.licences.issue import issue_licence
from licensing.licences.models import Licence
from registry.entries.models import Entry
from registry.verification.by_document import verify_document
from registry.verification.result import Finding
from signing.pades.digest import signed_fields
from signing.pades.enclosures import enclosures_named
from signing.pades.levels import Level, level_of
from signing.requests.enclosures import enclosures_of, seal_enclosure
from signing.requests.models import Enclosure
from tests.documents import drawn_over
from tests.journeys.office import Office
from tests.journeys.story import Story, refusal
from tests.signing.enclosures.documents import drawing, locked, turned, with_form

PLAN = turned(drawing("Sơ đồ mặt bằng", "flipped: true"), 1)
PLAN_SHA256 = hashlib.sha256(PLAN).hexdigest()


def filed(office: Office) -> Story:
    """An application with a floor plan, of which the applicant first supplies what cannot be sealed."""
    story = office.story().complete_draft()
    for bad, why in ((locked(PLAN), "file-locked"), (with_form(PLAN), "enclosure-not-suitable")):
        assert refusal(partial(story.attach, "floor_plan", bad)) == (422, why)
    assert refusal(partial(story.attach, "floor_plan", picture())) == (422, "file-type-refused")
    story.attach("floor_plan", PLAN)
    story.applicant.post(f"{story.path}/submission")
    return story


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("L", (20, 20)).save(out, "PNG")
    return out.getvalue()


def decided(office: Office) -> Story:
    story = filed(office)
    story.walk.accept(story.id)
    story.walk.examine(story.id)
    story.by("lanhdao").post(f"{story.path}/decision", {"outcome": "granted"})
    return story


def signed(office: Office) -> tuple[Story, dict[str, Any]]:
    story = decided(office)
    story.sign(story.to_sign())
    return story, story.to_seal()


def rows(office: Office, document: dict[str, Any]) -> list[Enclosure]:
    with office.unit.begin(SYSTEM) as work:
        return list(enclosures_of(work, UUID(str(document["id"]))))


@dataclass(frozen=True)
class Issued:
    """A licence, `document` being its request, `entry` what everybody is told, and its sealed floor plan."""

    story: Story
    document: dict[str, Any]
    entry: dict[str, Any]
    licence: bytes
    sealed: bytes


@pytest.fixture(scope="module")
def issued(office: Office) -> Issued:
    story, document = signed(office)
    story.seal(document)
    entry, licence = story.published()
    (listed,) = entry["licence"]["enclosures"]
    path = listed["address"].partition("/v1/")[2]
    sealed, headers = story.stranger().send("GET", f"/v1/{path}")
    assert headers["Content-Disposition"].startswith("attachment")
    return Issued(story, document, entry, licence, sealed)


def test_the_official_signs_what_names_the_plan(issued: Issued) -> None:
    story, document, licence = issued.story, issued.document, issued.licence
    assert enclosures_named(licence) == {PLAN_SHA256}
    with pikepdf.open(io.BytesIO(licence)) as pdf:
        (named,) = json.loads(pdf.attachments["licence.json"].get_file().read_bytes())["enclosures"]
    assert (named["sha256"], named["pages"], named["document"]) == (PLAN_SHA256, 2, "floor_plan")
    text = pypdfium2.PdfDocument(licence)[0].get_textpage().get_text_bounded()
    assert PLAN_SHA256 in re.sub(r"\s|\u200b", "", text)
    assert "Sơ đồ mặt bằng cơ sở (2 trang)" in text
    (shown,) = story.by("lanhdao").get(f"/v1/signing-requests/{document['id']}/enclosures")
    assert shown["sha256"] == PLAN_SHA256


def test_the_plan_carries_number_and_time_at_its_top_right_and_is_as_supplied_below(
    issued: Issued,
) -> None:
    entry, sealed = issued.entry, issued.sealed
    assert sealed.startswith(PLAN)
    assert [field.name for field in signed_fields(sealed)] == ["Seal", "Timestamp-1"]
    with pikepdf.open(io.BytesIO(sealed)) as pdf, warnings.catch_warnings():
        warnings.simplefilter("ignore", pikepdf.PageCopyWarning)
        made, flat = str(pdf.Root.AcroForm.Fields[0].V.M), io.BytesIO()
        pdf.flatten_annotations("all")
        pdf.save(flat)
    words = pypdfium2.PdfDocument(flat.getvalue())[0].get_textpage().get_text_bounded()
    assert entry["licence"]["number"] in words
    (moment,) = re.findall(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+]07:00", words)
    assert datetime.fromisoformat(moment) == datetime.strptime(made.replace("'", ""), "D:%Y%m%d%H%M%S%z")


def test_everybody_is_told_what_it_belongs_to(issued: Issued) -> None:
    story, entry, licence, sealed = issued.story, issued.entry, issued.licence, issued.sealed
    found = story.verdict_on(sealed)
    assert (found["verdict"], found["finding"], found["recorded"]) == ("green", "enclosure", "yes")
    assert found["licence"]["register_code"] == entry["licence"]["register_code"]
    assert found["enclosure"]["name"]["vi"] == "Sơ đồ mặt bằng cơ sở"
    assert found["enclosure"]["original"] == PLAN_SHA256
    digest = hashlib.sha256(sealed).hexdigest()
    assert story.stranger().get(f"/verify/digest/{digest}")["register_code"] == entry["licence"]["register_code"]
    assert story.verdict_on(licence)["finding"] == "valid"
    assert story.verdict_on(PLAN)["finding"] == "no_signature"
    page = story.stranger().send("GET", f"/l/{entry['licence']['register_code']}", headers={"Accept": "text/html"})
    assert digest in page[0].decode()


def test_a_changed_plan_is_red(issued: Issued) -> None:
    story, sealed = issued.story, issued.sealed
    seal, _ = signed_fields(sealed)
    _, first, second, _ = seal.byte_range
    body = PLAN.index(b"stream") + 20
    copies = {
        "a byte of the drawing": sealed[:body] + bytes([sealed[body] ^ 1]) + sealed[body + 1 :],
        "a note over it": drawn_over(sealed),
        "a byte behind it": sealed + b"\n",
        "the seal zeroed": sealed[: first + 1] + b"0" * (second - first - 2) + sealed[second - 1 :],
    }
    for name, copy in copies.items():
        found = story.verdict_on(copy)
        assert (found["verdict"], found["finding"]) == ("red", "altered"), name


def test_a_row_of_the_register_is_no_evidence(issued: Issued, office: Office) -> None:
    """Where rows say other things than the log, nothing is green."""
    story, entry, sealed = issued.story, issued.entry, issued.sealed
    code = entry["licence"]["register_code"]
    with office.unit.begin(SYSTEM) as work:
        row = work.session.query(Entry).filter_by(register_code=code).one()
        was, row.enclosures = row.enclosures, [{**row.enclosures[0], "name": {"vi": "Khác", "en": "Other"}}]
    found = story.verdict_on(sealed)
    assert (found["verdict"], found["finding"]) == ("red", "log_disagrees")
    with office.unit.begin(SYSTEM) as work:
        work.session.query(Entry).filter_by(register_code=code).one().enclosures = was
    assert story.verdict_on(sealed)["verdict"] == "green"


def test_cut_off_anywhere_the_same_revision_is_sealed_and_the_licence_waits_for_it(office: Office) -> None:
    story, document = signed(office)
    (one,) = rows(office, document)
    assert (one.mark, one.value) == (None, None)
    office.services.stop("signer")
    try:
        story.seal(document)
        office.work_off()
    finally:
        office.services.start("signer")
    story.seal(document)
    (ordered,) = rows(office, document)
    licence = licence_of(office, story)
    assert ordered.mark == licence.number
    seal_enclosure(office.unit, one.id)  # and the process dies before the licence is sealed
    (sealed,) = rows(office, document)
    issue_licence(office.unit, licence.decision_id)
    assert licence_of(office, story).entry_id is None  # the licence itself has no seal yet
    seal_enclosure(office.unit, one.id)
    assert rows(office, document)[0].result_sha256 == sealed.result_sha256
    entry, _ = story.published()
    assert [each["sha256"] for each in entry["licence"]["enclosures"]] == [sealed.result_sha256]
    assert office.unit.tools[Storage].get(sealed.sha256) == PLAN


def licence_of(office: Office, story: Story) -> Licence:
    with office.unit.begin(SYSTEM) as work:
        return work.session.query(Licence).filter_by(application_id=UUID(story.id)).one()


def test_other_peoples_programs_find_the_seal_good(issued: Issued, tmp_path: Path) -> None:
    if shutil.which("pdfsig") is None:
        pytest.skip("pdfsig is not installed")
    path = tmp_path / "plan.pdf"
    path.write_bytes(issued.sealed)
    command = ["pdfsig", "-nocert", str(path)]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout
    assert said.count("Signature is Valid") == 1  # it does not know the document timestamp that follows
    assert level_of(issued.sealed) is Level.B_LTA


def test_it_ends_with_its_licence(issued: Issued, office: Office) -> None:
    """On a day after the last one of the licence; the timestamp's certificate is good for longer."""
    unit = office.unit
    then = FrozenClock(unit.clock.now() + timedelta(days=3 * 366), unit.clock.zone)
    found = verify_document(unit.by(then), issued.sealed)
    assert (found.finding, found.verdict) == (Finding.EXPIRED, "red")
    assert found.enclosure is not None
