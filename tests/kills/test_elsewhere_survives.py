"""Between the beginning and the end of a signing session every process may be killed: it goes on where it was."""

from __future__ import annotations

import base64
import hashlib
import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from licensing.demonstration.client import ApiRefused
from licensing.demonstration.passwords import secrets_of
from licensing.demonstration.run import served
from licensing.demonstration.walk import Walk
from tests.confirm.moved import NAME, key_in, signature_by, take_out
from tests.confirm.server import ConfirmService, confirming
from tests.kills.killer import MARKS, child_of
from tests.kills.test_issuance_survives import FAST, document_of, folder, green, insist, prepared, serving_parent
from tests.pki.build import Identity, pki
from tests.uncovered import uncovered

__all__ = ["folder"]
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("where", ["hands", "phone"])
def test_a_session_outlives_every_process(folder: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    for name, value in FAST.items():
        monkeypatch.setenv(name, value)
    with uncovered(served(folder, lambda line: None)) as address:
        parent, secrets = serving_parent(folder), secrets_of(folder)
        walk = Walk(address, secrets, lambda line: None)
        key = key_in(folder / "keys" / f"{NAME}.p12", secrets.pin)
        with confirming(key, pki().deputy) as service:
            take_out(folder / "keys", folder / "held-elsewhere", service.address if where == "phone" else "")
            kill(parent, "signer")
            application = prepared(walk)
            insist(lambda: decided(walk, application))
            session = begun(walk, application)
            if where == "phone":
                insist(lambda: "asked" if service.transactions else None)
            kill(parent, "worker", "signer", "server", "database")
            insist(lambda: signed(walk, application, session, service, key if where == "hands" else None))
            insist(lambda: sealed(walk, application))
            insist(lambda: published(walk, application))
            assert len(service.transactions) == (where == "phone")


def kill(parent: int, *victims: str) -> None:
    """At once, without a word."""
    for victim in victims:
        pid = child_of(parent, MARKS[victim])
        assert pid is not None, victim
        os.kill(pid, signal.SIGKILL)


def decided(walk: Walk, application: str) -> str | None:
    with suppress(ApiRefused):
        walk.decide(application)
    return "on record" if document_of(walk, application, "lanhdao", "filed") else None


def begun(walk: Walk, application: str) -> dict[str, Any]:
    """The session as it was told at its beginning; told once, so whoever began keeps it."""
    request = document_of(walk, application, "lanhdao", "filed")
    assert request is not None
    path, told = f"/v1/signing-requests/{request['id']}", []

    def begin() -> str:
        official = walk.caller("lanhdao")
        content, _ = official.send("GET", f"{path}/document")
        told.append(official.post(f"{path}/sessions", {"document_sha256": hashlib.sha256(content).hexdigest()}))
        return "begun"

    insist(begin)
    return dict(told[-1])


def signed(
    walk: Walk, application: str, session: dict[str, Any], service: ConfirmService, key: Identity | None
) -> str | None:
    """The official does their part, again and again; what comes of it waits for the seal."""
    if key is None:
        service.confirm()
    else:
        value = signature_by(key, base64.b64decode(session["attributes"]))
        body = {"value": base64.b64encode(value).decode(), "secret": session["secret"]}
        with suppress(ApiRefused):  # 409 when an answer that got lost had come to its end
            walk.caller("lanhdao").post(f"/v1/signing-sessions/{session['id']}/signature", body)
    return "signed" if document_of(walk, application, "vanthu", "signed") else None


def sealed(walk: Walk, application: str) -> str | None:
    request = document_of(walk, application, "vanthu", "signed")
    if request is not None:
        walk.seal(request)
    licence = walk.licence_of(application)
    return "sealed" if licence and licence["entered_at"] else None


def published(walk: Walk, application: str) -> str | None:
    licence = walk.licence_of(application)
    code = licence["register_code"] if licence else ""
    return green(walk, code) if code and walk.published(code) else None
