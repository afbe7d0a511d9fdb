"""Verification over HTTP: no account, no cookie, the same words for everybody."""

from __future__ import annotations

import io
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from config.access import SYSTEM
from config.settings import Settings
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from registry.entries.codes import readable
from registry.entries.enter import enter
from registry.entries.models import Entry, Paper
from registry.log.append import integrate
from registry.verification import check_file
from tests.documents import work_off
from tests.registry.conftest import Entered, edited, made_up_entry


@pytest.fixture
def code(live_unit: UnitOfWork) -> str:
    new = made_up_entry(live_unit)
    with live_unit.begin(SYSTEM) as work:
        code = enter(work, new).register_code
    integrate(live_unit)
    return code


def test_a_look_up_says_what_the_paper_should_say(client: FlaskClient, code: str) -> None:
    answer = client.get(f"/l/{readable(code).lower()}")
    assert answer.status_code == 200
    body: dict[str, Any] = answer.get_json()
    assert next(iter(body)) == "as_of"
    assert (body["verdict"], body["finding"], body["recorded"]) == ("green", "valid", "yes")
    assert set(body["words"]) == {"vi", "en"}
    assert body["licence"]["register_code"] == code
    assert body["licence"]["facts"][0]["value"] == 12.5
    assert "Đỗ Ví Dụ" not in answer.text
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer.headers


def test_an_unchanged_answer_is_not_sent_again(client: FlaskClient, code: str) -> None:
    tag = client.get(f"/l/{code}").headers["ETag"]
    again = client.get(f"/l/{code}", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("path", ["/l/{}", "/v1/licences/{}/document", "/v1/licences/{}/proof"])
def test_an_unknown_code_is_not_found(client: FlaskClient, path: str) -> None:
    for wrong in ("0000000000001", "not a code", "x" * 300):
        answer = client.get(path.format(wrong))
        assert answer.status_code == 404
        assert answer.content_type.startswith("application/problem+json")


def test_before_the_leaf_there_is_no_proof_and_before_the_evidence_no_document(
    client: FlaskClient, live_unit: UnitOfWork
) -> None:
    new = made_up_entry(live_unit)
    with live_unit.begin(SYSTEM) as work:
        code = enter(work, new).register_code
    assert client.get(f"/v1/licences/{code}/proof").status_code == 404
    assert client.get(f"/v1/licences/{code}/document").status_code == 409
    assert client.get(f"/l/{code}").get_json()["finding"] == "pending"
    integrate(live_unit)
    proof = client.get(f"/v1/licences/{code}/proof")
    assert (proof.status_code, proof.text.split("\n")[0]) == (200, "c2sp.org/tlog-proof@v1")


def test_the_document_is_handed_out_and_verified(
    client: FlaskClient, live_unit: UnitOfWork, settings: Settings, entered: Entered
) -> None:
    entry_id = entered()
    integrate(live_unit)
    work_off(live_unit)
    with live_unit.begin(SYSTEM) as work:
        code = work.session.scalars(sa.select(Entry.register_code).where(Entry.id == entry_id)).one()
    answer = client.get(f"/v1/licences/{code}/document")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert answer.headers["Cache-Control"] == "no-store"
    for sent in (
        {"data": answer.data, "content_type": "application/pdf"},
        {"data": {"file": (io.BytesIO(answer.data), "a.pdf")}},
    ):
        verdict = client.post("/v1/verify", **sent)
        assert (verdict.status_code, verdict.get_json()["finding"]) == (200, "valid")
        assert verdict.headers["Cache-Control"] == "no-store"
    other = live_unit.tools[Storage].put(b"%PDF-1.7 another file of somebody else's")
    with edited(settings, Paper, Paper.entry_id == entry_id, published_sha256=other):
        assert client.get(f"/v1/licences/{code}/document").status_code == 503


def test_no_file_and_too_many_files_are_told(client: FlaskClient) -> None:
    assert client.post("/v1/verify").status_code == 422
    assert client.post("/v1/verify", data={"file": (io.BytesIO(b""), "a.pdf")}).status_code == 422
    broken = {"data": b"--x\r\nno part--x--", "content_type": "multipart/form-data; boundary=x"}
    assert client.post("/v1/verify", **broken).status_code == 422
    assert client.post("/v1/verify", data=b"%PDF").status_code == 415
    assert client.post("/v1/verify", data=b"%PDF", content_type="text/plain").status_code == 415
    for _ in range(check_file.AT_ONCE):
        assert check_file.places.acquire(blocking=False)
    try:
        assert client.post("/v1/verify", data=b"%PDF", content_type="application/pdf").status_code == 503
    finally:
        for _ in range(check_file.AT_ONCE):
            check_file.places.release()
    assert client.post("/v1/verify", data=b"%PDF", content_type="application/pdf").get_json()["verdict"] == "amber"
