"""A licence whose official's key is not in the signer: in their hands (openssl, a token), or on their telephone."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from config.access import SYSTEM
from licensing.accounts.models import Account, Appointment
from licensing.demonstration.client import Caller
from tests.confirm.moved import NAME, as_pem, key_in, moved, signature_by
from tests.confirm.ready_made import GOOD, made
from tests.confirm.server import ConfirmService, confirming
from tests.documents import PIN
from tests.journeys.office import Office
from tests.journeys.story import Story, refusal
from tests.pki.build import Identity, pki
from tests.softhsm import ABSENT, MODULE, UTILITY, make_softhsm

WITH_TOKEN = """
import sys, hashlib, pkcs11
module, pin = sys.argv[1:]
token = pkcs11.lib(module).get_token(token_label="mine")
with token.open(user_pin=pin) as session:
    key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label="mine")
    digest = hashlib.sha256(sys.stdin.buffer.read()).digest()
    sys.stdout.buffer.write(bytes(key.sign(digest, mechanism=pkcs11.Mechanism.ECDSA)))
"""


@pytest.fixture(scope="module")
def official(office: Office) -> Identity:
    return key_in(office.services.settings.keys_folder / f"{NAME}.p12", PIN)


@pytest.fixture
def in_hands(office: Office, official: Identity) -> Iterator[None]:
    with moved(office.services):
        yield


@pytest.fixture
def phone(office: Office, official: Identity) -> Iterator[ConfirmService]:
    with confirming(official, pki().deputy) as service, moved(office.services, service.address):
        yield service


def begun(story: Story, document: Mapping[str, Any]) -> dict[str, Any]:
    """The official fetches the document, looks at it, and begins to sign."""
    official = story.by("lanhdao")
    content, _ = official.send("GET", f"/v1/signing-requests/{document['id']}/document")
    asked = {"document_sha256": hashlib.sha256(content).hexdigest()}
    return dict(official.post(f"/v1/signing-requests/{document['id']}/sessions", asked))


def handed_in(caller: Caller, session: Mapping[str, Any], value: bytes, **more: str) -> Any:
    body = {"value": base64.b64encode(value).decode(), "secret": session["secret"], **more}
    return caller.post(f"/v1/signing-sessions/{session['id']}/signature", body)


def with_openssl(key: Identity, session: Mapping[str, Any], folder: Path) -> bytes:
    """As docs/signing.md says."""
    (folder / "key.pem").write_bytes(as_pem(key))
    (folder / "attributes.der").write_bytes(base64.b64decode(session["attributes"]))
    command = ["openssl", "dgst", "-sha256", "-sign", "key.pem", "-out", "signature.bin", "attributes.der"]
    subprocess.run(command, cwd=folder, check=True, timeout=30)
    return (folder / "signature.bin").read_bytes()


def with_a_token(key: Identity, session: Mapping[str, Any], folder: Path) -> bytes:
    """A program of the official's own, with their token: it gives the two numbers of ECDSA side by side."""
    if MODULE is None or UTILITY is None:
        pytest.skip(ABSENT)
    hsm = make_softhsm(folder)
    hsm.add_token("mine", "864200")
    hsm.put("mine", "864200", key, "mine", "a1")
    command = [sys.executable, "-c", WITH_TOKEN, str(MODULE), "864200"]
    attributes = base64.b64decode(session["attributes"])
    environment = os.environ | hsm.environment()
    return subprocess.run(command, input=attributes, capture_output=True, check=True, env=environment).stdout


def is_published_and_valid(story: Story, folder: Path) -> None:
    """Sealed, in the register, green; and a program of other people finds both signatures valid."""
    story.seal(story.to_seal())
    _, content = story.published()
    assert story.verdict_on(content)["verdict"] == "green"
    if shutil.which("pdfsig") is None:
        pytest.skip("pdfsig is not here: apt-get install poppler-utils")
    (folder / "licence.pdf").write_bytes(content)
    said = subprocess.run(["pdfsig", "-nocert", folder / "licence.pdf"], capture_output=True, text=True, check=True)
    assert said.stdout.count("Signature is Valid") == 2


@pytest.mark.parametrize("tool", [with_openssl, with_a_token])
def test_a_licence_signed_by_a_key_in_its_holder_s_hands(
    office: Office, official: Identity, in_hands: None, tmp_path: Path, tool: Any
) -> None:
    story = office.story().decided()
    document = story.to_sign()
    session = begun(story, document)
    assert session["summary"] == document["summary"]
    assert base64.b64decode(session["digest"]) == hashlib.sha256(base64.b64decode(session["attributes"])).digest()
    lanhdao = story.by("lanhdao")
    value = tool(official, session, tmp_path)
    certificate = base64.b64encode(official.certificate_der).decode()
    assert certificate == session["certificate"]
    assert handed_in(lanhdao, session, value, certificate=certificate)["state"] == "finished"
    assert refusal(lambda: handed_in(lanhdao, session, value)) == (409, "signing-session-closed")
    is_published_and_valid(story, tmp_path)


def test_a_licence_signed_by_a_program_that_makes_whole_signatures(
    office: Office, official: Identity, in_hands: None, tmp_path: Path
) -> None:
    story = office.story().decided()
    session, lanhdao = begun(story, story.to_sign()), story.by("lanhdao")
    covered, _ = lanhdao.send("GET", f"/v1/signing-sessions/{session['id']}/covered")
    path = f"/v1/signing-sessions/{session['id']}/cms"

    def handed_in_cms(content: bytes) -> Any:
        body = {"cms": base64.b64encode(content).decode(), "secret": session["secret"]}
        return lanhdao.post(path, body)

    other = made(tmp_path, official, covered + b"x", *GOOD)
    assert refusal(lambda: handed_in_cms(other)) == (422, "ready-made-refused")
    assert handed_in_cms(made(tmp_path, official, covered, *GOOD))["state"] == "finished"
    is_published_and_valid(story, tmp_path)


def test_a_licence_confirmed_on_a_telephone(office: Office, phone: ConfirmService, tmp_path: Path) -> None:
    story = office.story().decided()
    session = begun(story, story.to_sign())
    lanhdao = story.by("lanhdao")
    office.work_off()
    assert phone.asked.words == f"{session['control_code']} – {session['summary']}"
    assert phone.asked.digest == base64.b64decode(session["digest"])
    phone.confirm()

    def finished() -> bool:
        return bool(lanhdao.get(f"/v1/signing-sessions/{session['id']}")["state"] == "finished")

    story.until("the job asked again", finished)
    is_published_and_valid(story, tmp_path)


def test_what_comes_back_wrong_is_told_apart(office: Office, official: Identity, in_hands: None) -> None:
    story = office.story().decided()
    document = story.to_sign()
    lanhdao = story.by("lanhdao")
    path = f"/v1/signing-requests/{document['id']}/sessions"
    assert refusal(lambda: lanhdao.post(path, {})) == (422, "unprocessable-entity")
    assert refusal(lambda: lanhdao.post(path, {"document_sha256": "0" * 64})) == (409, "document-digest-wrong")
    assert refusal(lambda: story.by("vanthu").post(path, {"document_sha256": "0" * 64})) == (403, "permission-missing")
    assert refusal(lambda: story.sign(document)) == (422, "key-elsewhere")
    session = begun(story, document)
    assert refusal(lambda: begun(story, document)) == (409, "document-locked")
    good = signature_by(official, base64.b64decode(session["attributes"]))
    for wrong in (b"garbage", signature_by(pki().deputy, base64.b64decode(session["attributes"]))):
        assert refusal(lambda: handed_in(lanhdao, session, wrong)) == (422, "signature-value-wrong")  # noqa: B023
    other = base64.b64encode(pki().deputy.certificate_der).decode()
    assert refusal(lambda: handed_in(lanhdao, session, good, certificate=other)) == (422, "certificate-foreign")
    assert "secret" not in lanhdao.get(f"/v1/signing-sessions/{session['id']}")
    stolen = session | {"secret": "0" * 64}
    assert refusal(lambda: handed_in(lanhdao, stolen, good)) == (403, "signing-session-foreign")
    assert refusal(lambda: lanhdao.get(f"/v1/signing-sessions/{document['id']}")) == (404, "signing-session-not-found")
    address = f"/v1/signing-sessions/{session['id']}"
    assert refusal(lambda: story.by("thamdinh").send("DELETE", address)) == (403, "permission-missing")
    story.by("quantri").send("DELETE", address)  # the administrator gives it free
    assert lanhdao.get(address)["state"] == "cancelled"
    assert refusal(lambda: handed_in(lanhdao, session, good)) == (409, "signing-session-closed")
    assert begun(story, document)["state"] == "open"


@pytest.mark.parametrize("where", ["hands", "phone"])
def test_an_appointment_that_ended_meanwhile_signs_nothing(
    office: Office, official: Identity, request: pytest.FixtureRequest, where: str
) -> None:
    request.getfixturevalue("in_hands" if where == "hands" else "phone")
    story = office.story().decided()
    session = begun(story, story.to_sign())
    lanhdao = story.by("lanhdao")
    with office.unit.begin(SYSTEM) as work:
        mine = sa.select(Appointment).join(Account).where(Account.login == "lanhdao")
        appointment = work.session.scalars(mine).one()
        starts_on, appointment_id = appointment.starts_on, appointment.id
        appointment.ends_on = work.clock.today() - timedelta(days=1)
        appointment.starts_on = appointment.ends_on - timedelta(days=30)
    try:
        if where == "hands":
            value = signature_by(official, base64.b64decode(session["attributes"]))
            assert refusal(lambda: handed_in(lanhdao, session, value)) == (403, "appointment-ended")
        else:
            office.work_off()
            assert lanhdao.get(f"/v1/signing-sessions/{session['id']}")["state"] == "refused"
    finally:
        with office.unit.begin(SYSTEM) as work:
            again = work.session.get_one(Appointment, appointment_id)
            again.starts_on, again.ends_on = starts_on, None
