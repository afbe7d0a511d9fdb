"""The register's answer under the agency's seal: checked as anybody would, without a program of ours."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from flask.testing import FlaskClient

from config.access import SYSTEM
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from registry.entries.queries import entry_by_code
from registry.verification.statement import state_entry
from signing.statements.models import Statement
from signing.trust.anchors import TrustStore


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def checked(content: bytes) -> tuple[dict[str, Any], dict[str, Any], x509.Certificate]:
    """Header, payload and certificate of a flattened JWS whose signature verifies; by `cryptography` alone."""
    jws = json.loads(content)
    header = json.loads(_decoded(jws["protected"]))
    certificate = x509.load_der_x509_certificate(base64.b64decode(header["x5c"][0]))
    key = certificate.public_key()
    assert header["alg"] == "ES256"
    assert isinstance(key, EllipticCurvePublicKey)
    value = _decoded(jws["signature"])
    r, s = int.from_bytes(value[:32]), int.from_bytes(value[32:])
    signed = f"{jws['protected']}.{jws['payload']}".encode()
    key.verify(encode_dss_signature(r, s), signed, ECDSA(hashes.SHA256()))
    return header, json.loads(_decoded(jws["payload"])), certificate


def test_anybody_takes_a_statement_along_and_checks_it_offline(
    browser: FlaskClient, live_unit: UnitOfWork, published: tuple[bytes, str], settings: Settings, tmp_path: Path
) -> None:
    _, code = published
    answer = browser.get(f"/v1/licences/{code}/statement")
    assert (answer.status_code, answer.mimetype) == (200, "application/jose+json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    header, payload, certificate = checked(answer.data)
    looked_up = browser.get(f"/l/{code}?format=json").get_json()
    assert {**payload, "as_of": ""} == {**looked_up, "as_of": ""}
    assert payload["finding"] == "valid"
    der = base64.b64decode(header["x5c"][0])
    assert _decoded(header["x5t#S256"]) == hashlib.sha256(der).digest()
    assert abs(header["iat"] - live_unit.clock.now().timestamp()) < 600
    root = x509.load_der_x509_certificate(live_unit.tools[TrustStore].roots[0])
    issuing = x509.load_der_x509_certificate(base64.b64decode(header["x5c"][1]))
    certificate.verify_directly_issued_by(issuing)
    issuing.verify_directly_issued_by(root)
    stamp = json.loads(_decoded(json.loads(answer.data)["header"]["etsiU"][0]))
    (tmp_path / "token").write_bytes(base64.b64decode(stamp["sigTst"]["tstTokens"][0]["val"]))
    (tmp_path / "value").write_text(json.loads(answer.data)["signature"])
    command = ["openssl", "ts", "-verify", "-data", "value", "-in", "token", "-token_in", "-CAfile"]
    root_file = settings.trust_folder / "root.pem"
    done = subprocess.run([*command, str(root_file)], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Verification: OK" in done.stdout, done.stderr


def test_the_program_in_the_documentation_checks_a_statement_and_refuses_a_changed_one(
    browser: FlaskClient, published: tuple[bytes, str], settings: Settings, tmp_path: Path
) -> None:
    document = (Path(__file__).parents[3] / "docs" / "signing.md").read_text()
    program = document.partition("## Statements")[2].partition("```python\n")[2].partition("```")[0]
    (tmp_path / "check.py").write_text(program)
    content = browser.get(f"/v1/licences/{published[1]}/statement").data
    (tmp_path / "good.jws.json").write_bytes(content)
    jws = json.loads(content)
    jws["payload"] = jws["payload"][:-4] + "AAAA"
    (tmp_path / "bad.jws.json").write_text(json.dumps(jws))
    command = [sys.executable, "check.py"]
    root = str(settings.trust_folder / "root.pem")
    good, bad = (
        subprocess.run([*command, name, root], cwd=tmp_path, capture_output=True, text=True, check=False)
        for name in ("good.jws.json", "bad.jws.json")
    )
    assert good.returncode == 0, good.stderr
    assert f'"register_code":"{published[1]}"' in good.stdout
    assert "InvalidSignature" in bad.stderr


def test_a_changed_statement_does_not_verify(browser: FlaskClient, published: tuple[bytes, str]) -> None:
    jws = json.loads(browser.get(f"/v1/licences/{published[1]}/statement").data)
    payload = _decoded(jws["payload"]).replace(b'"green"', b'"amber"')
    jws["payload"] = base64.urlsafe_b64encode(payload).rstrip(b"=").decode()
    with pytest.raises(InvalidSignature):
        checked(json.dumps(jws).encode())


def test_a_repeat_of_the_job_states_nothing_twice(live_unit: UnitOfWork, published: tuple[bytes, str]) -> None:
    with live_unit.begin(SYSTEM) as work:
        before = [(one.id, one.result) for one in work.session.query(Statement)]
        entry = entry_by_code(work, published[1])
    assert len(before) == 1
    state_entry(live_unit, entry.id)
    with live_unit.begin(SYSTEM) as work:
        assert [(one.id, one.result) for one in work.session.query(Statement)] == before


def test_before_it_is_signed_there_is_none(
    browser: FlaskClient, live_unit: UnitOfWork, published: tuple[bytes, str]
) -> None:
    with live_unit.begin(SYSTEM) as work:
        row = work.session.query(Statement).one()
        row.version = "0"  # as of an act before the newest
    assert browser.get(f"/v1/licences/{published[1]}/statement").status_code == 409


def test_of_no_licence_there_is_no_statement(browser: FlaskClient) -> None:
    assert browser.get("/v1/licences/NO-SUCH/statement").status_code == 404
