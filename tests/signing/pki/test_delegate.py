"""The responder's key: renewed in time, found again when its file changes; what caches may keep."""

import base64
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography import x509
from cryptography.x509 import ocsp as library

from config.clock import FrozenClock
from signing.pki import ceremony
from signing.pki.api import responder_application
from signing.pki.built_in import load_published
from signing.pki.delegate import DelegatedResponder
from signing.pki.revoked import RevocationRegister
from tests.pki.build import END, Pki, copy_of, pki
from tests.pki.serve import serving
from tests.signing.pki.asking_ocsp import (
    GOOD,
    identity,
    request_of,
    status_of,
    statuses,
)

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
def ours(tmp_path: Path) -> Pki:
    return copy_of(pki(), tmp_path / "keys")


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOW, ZONE)


@pytest.fixture
def address(ours: Pki, clock: FrozenClock) -> Iterator[str]:
    built_in, register = load_published(ours.folder), RevocationRegister(ours.folder)
    application = responder_application(built_in, DelegatedResponder(built_in, register), register, clock)
    with serving(application) as url:
        yield url


def _get(address: str, request: bytes) -> tuple[dict[str, str], bytes]:
    text = urllib.parse.quote(base64.b64encode(request).decode(), safe="")
    with urllib.request.urlopen(f"{address}/ocsp/{text}", timeout=5) as response:
        return dict(response.headers), response.read()


def test_an_answer_by_address_may_be_kept_for_minutes_unless_it_has_a_nonce(address: str, ours: Pki) -> None:
    headers, answer = _get(address, request_of(identity(ours.official.certificate, ours.issuing)))
    assert statuses(answer) == ["good"]
    assert headers["Cache-Control"] == "max-age=300, public, no-transform, must-revalidate"
    assert headers["Last-Modified"] == "Mon, 02 Mar 2026 03:00:00 GMT"
    assert headers["Expires"] == "Mon, 02 Mar 2026 03:05:00 GMT"
    assert headers["ETag"].startswith('"')
    assert _get(address, GOOD)[0]["Cache-Control"] == "no-store"
    assert _get(address, b"junk")[0]["Cache-Control"] == "no-store"


def _delegate(answer: bytes) -> x509.Certificate:
    (certificate,) = library.load_der_ocsp_response(answer).certificates
    return certificate


def test_the_responders_key_is_renewed_in_time_without_a_restart(address: str, ours: Pki, clock: FrozenClock) -> None:
    asked = request_of(identity(ours.official.certificate, ours.issuing))
    clock.at = END - timedelta(days=31)
    first = _delegate(_get(address, asked)[1])
    clock.at = END - timedelta(days=29)
    answers = [_get(address, asked)[1] for _ in range(2)]
    second = _delegate(answers[0])
    assert second.public_key() != first.public_key()
    assert _delegate(answers[1]) == second
    clock.at = END + timedelta(days=1)
    answer = library.load_der_ocsp_response(_get(address, asked)[1])
    assert answer.certificate_status is library.OCSPCertStatus.GOOD
    second.verify_directly_issued_by(ours.issuing)


def test_without_the_issuing_key_somebody_else_renews_and_the_responder_notices(
    ours: Pki, clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    whole = ours.built_in  # opened while its passphrase was there
    (ours.folder / "issuing.pass").unlink()
    built_in = load_published(ours.folder)
    assert built_in.issuing.key is None
    responder = DelegatedResponder(built_in, RevocationRegister(ours.folder))
    asked = request_of(identity(ours.official.certificate, ours.issuing))
    clock.at = END - timedelta(days=3)
    before = _delegate(responder.reply(asked, clock.now()).content)
    assert "renew-certificate ocsp" in caplog.text
    packed = (ours.folder / "ocsp.p12").read_bytes()
    (ours.folder / "ocsp.p12").write_bytes(b"half a rotation")
    assert _delegate(responder.reply(asked, clock.now()).content) == before
    (ours.folder / "ocsp.pem").unlink()
    order = next(order for order in ceremony.service_orders(clock.now()) if order.name == "ocsp")
    made = ceremony.issue_key(whole, order, (ours.folder / "ocsp.pass").read_bytes())
    assert _delegate(responder.reply(asked, clock.now()).content) == made != before
    (ours.folder / "ocsp.p12").write_bytes(packed)
    assert status_of(responder.reply(asked, END + timedelta(days=1)).content) == "try_later"


def test_a_renewal_that_fails_is_told_and_tried_again_later(
    ours: Pki, clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    built_in = load_published(ours.folder)
    responder = DelegatedResponder(built_in, RevocationRegister(ours.folder))
    asked = request_of(identity(ours.official.certificate, ours.issuing))
    pem = (ours.folder / "ocsp.pem").read_bytes()
    (ours.folder / "ocsp.pem").unlink()
    clock.at = END - timedelta(days=3)
    before = _delegate(responder.reply(asked, clock.now()).content)
    assert "cannot be renewed" in caplog.text
    (ours.folder / "ocsp.pem").write_bytes(pem)
    assert _delegate(responder.reply(asked, clock.now()).content) == before
    assert _delegate(responder.reply(asked, clock.now() + timedelta(hours=2)).content) != before


def test_many_threads_renew_once(ours: Pki, clock: FrozenClock) -> None:
    responder = DelegatedResponder(load_published(ours.folder), RevocationRegister(ours.folder))
    asked, at = request_of(identity(ours.official.certificate, ours.issuing)), END - timedelta(days=3)
    threads = [threading.Thread(target=responder.reply, args=(asked, at)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = [act for act in ours.built_in.record.acts() if act.name == "ocsp"]
    assert len(made) == 2
