"""OCSP beyond one question: several certificates, hostile requests, a key that rotates, caches; others judge."""

import base64
import subprocess
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from asn1crypto import core, ocsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp as library
from hypothesis import given
from hypothesis import strategies as st

from config.clock import FrozenClock, SystemClock
from signing.pki import ceremony, der
from signing.pki.api import responder_application
from signing.pki.built_in import load_published
from signing.pki.delegate import DelegatedResponder
from signing.pki.issuance import FILE_NAME
from signing.pki.issue import KeyOrder
from signing.pki.ocsp import OcspResponder
from signing.pki.revoked import RevocationRegister
from tests.pki.build import END, Pki, copy_of, foreign_pki, pki
from tests.pki.serve import serving

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
def ours(tmp_path: Path) -> Pki:
    return copy_of(pki(), tmp_path / "keys")


def _responder(which: Pki) -> OcspResponder:
    key = which.identity("ocsp")
    register = RevocationRegister(which.folder)
    return OcspResponder(which.issuing, "issuing", key.certificate, key.key, which.built_in.issued, register.find)


def _identity(certificate: x509.Certificate, issuer: x509.Certificate, digest: str = "sha256") -> dict[str, Any]:
    made = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256(), "sha384": hashes.SHA384()}[digest]
    request = library.OCSPRequestBuilder().add_certificate(certificate, issuer, made).build()
    return {
        "hash_algorithm": {"algorithm": digest},
        "issuer_name_hash": request.issuer_name_hash,
        "issuer_key_hash": request.issuer_key_hash,
        "serial_number": certificate.serial_number,
    }


def _request(*identities: dict[str, Any], **more: Any) -> bytes:
    listed = [{"req_cert": identity} for identity in identities]
    return bytes(ocsp.OCSPRequest({"tbs_request": {"request_list": listed, **more}}).dump())


def _extension(oid: str, value: bytes, *, critical: bool = False) -> Any:
    flag = b"\x01\x01\xff" if critical else b""
    return ocsp.TBSRequestExtension.load(der.sequence(der.oid(oid), flag, der.octets(value)))


def _status(answer: bytes) -> str:
    return str(ocsp.OCSPResponse.load(answer, strict=True)["response_status"].native)


def _statuses(answer: bytes) -> list[str]:
    return [one["cert_status"].name for one in _singles(answer)]


def _singles(answer: bytes) -> Any:
    return ocsp.OCSPResponse.load(answer, strict=True).response_data["responses"]


def test_several_certificates_are_answered_together_and_in_order(ours: Pki) -> None:
    asked = [
        _identity(ours.official.certificate, ours.issuing, "sha1"),
        _identity(ours.revoked_official.certificate, ours.issuing),
        _identity(foreign_pki().seal.certificate, ours.issuing, "sha384"),
        _identity(foreign_pki().seal.certificate, foreign_pki().issuing),
    ]
    answer = _responder(ours).answer(_request(*asked), NOW)
    assert _statuses(answer) == ["good", "revoked", "unknown", "unknown"]
    data = ocsp.OCSPResponse.load(answer).response_data
    for one, identity in zip(data["responses"], asked, strict=True):
        assert one["cert_id"]["serial_number"].native == identity["serial_number"]
        assert one["this_update"].native == NOW
        assert one["next_update"].native == NOW + timedelta(days=1)
    assert _signed_by_the_delegate(answer, ours)
    assert _status(_responder(ours).answer(_request(asked[3]), NOW)) == "unauthorized"


def _signed_by_the_delegate(answer: bytes, ours: Pki) -> bool:
    basic = ocsp.OCSPResponse.load(answer).basic_ocsp_response
    key = ours.identity("ocsp").certificate.public_key()
    assert isinstance(key, RSAPublicKey)
    key.verify(basic["signature"].native, basic["tbs_response_data"].dump(), PKCS1v15(), hashes.SHA256())
    return True


def test_the_certificate_of_the_issuing_authority_is_not_among_its_own(ours: Pki) -> None:
    """Root and issuing authority share a folder, and still neither speaks for the other."""
    asked = {**_identity(ours.official.certificate, ours.issuing), "serial_number": ours.issuing.serial_number}
    assert _statuses(_responder(ours).answer(_request(asked), NOW)) == ["unknown"]


@pytest.mark.parametrize("count", [0, 65])
def test_too_few_and_too_many_are_malformed(ours: Pki, count: int) -> None:
    asked = [_identity(ours.official.certificate, ours.issuing)] * count
    assert _status(_responder(ours).answer(_request(*asked), NOW)) == "malformed_request"


@pytest.mark.parametrize(
    ("nonce", "status"), [(b"", "malformed_request"), (b"n", "successful"), (b"n" * 32, "successful")]
)
def test_a_nonce_has_one_to_32_octets_and_comes_back(ours: Pki, nonce: bytes, status: str) -> None:
    wrapped = core.OctetString(nonce).dump()
    asked = _request(
        _identity(ours.official.certificate, ours.issuing),
        request_extensions=[_extension("1.3.6.1.5.5.7.48.1.2", wrapped)],
    )
    answer = _responder(ours).answer(asked, NOW)
    assert _status(answer) == status
    if status == "successful":
        assert library.load_der_ocsp_response(answer).extensions[0].value == x509.OCSPNonce(nonce)


def test_extensions_that_must_be_understood_are_malformed_and_others_left_alone(ours: Pki) -> None:
    asked = _identity(ours.official.certificate, ours.issuing)
    nonce = _extension("1.3.6.1.5.5.7.48.1.2", core.OctetString(b"n").dump())
    for extensions, status in (
        ([_extension("1.2.3.4", b"x")], "successful"),
        ([_extension("1.2.3.4", b"x", critical=True)], "malformed_request"),
        ([nonce, nonce], "malformed_request"),
        ([_extension("1.3.6.1.5.5.7.48.1.2", b"raw, not wrapped")], "malformed_request"),
    ):
        assert _status(_responder(ours).answer(_request(asked, request_extensions=extensions), NOW)) == status


GOOD = _request(
    _identity(pki().official.certificate, pki().issuing),
    request_extensions=[_extension("1.3.6.1.5.5.7.48.1.2", core.OctetString(b"nonce").dump())],
)


@given(junk=st.binary(max_size=300))
def test_junk_is_malformed(junk: bytes) -> None:
    assert _status(_responder(pki()).answer(junk, NOW)) == "malformed_request"


@given(position=st.integers(0, len(GOOD) - 1), value=st.integers(0, 255))
def test_a_damaged_request_gets_an_answer_and_good_only_for_what_was_issued(position: int, value: int) -> None:
    damaged = bytearray(GOOD)
    damaged[position] = value
    answer = _responder(pki()).answer(bytes(damaged), NOW)
    if _status(answer) == "successful" and "good" in _statuses(answer):
        serials = [one["cert_id"]["serial_number"].native for one in _singles(answer)]
        assert all(pki().built_in.issued(serial) for serial in serials)


def test_a_register_or_record_that_cannot_be_read_means_later_never_good(ours: Pki) -> None:
    responder, asked = _responder(ours), _request(_identity(ours.official.certificate, ours.issuing))
    (ours.folder / "revoked.json").write_text("broken")
    assert _status(responder.answer(asked, NOW)) == "try_later"
    (ours.folder / "revoked.json").write_text("[]")
    (ours.folder / FILE_NAME).write_text("broken\n")
    assert _status(_responder(ours).answer(asked, NOW)) == "try_later"


def test_an_answer_ends_with_the_certificate_that_signs_it(ours: Pki) -> None:
    asked = _request(_identity(ours.official.certificate, ours.issuing))
    reply = _responder(ours).reply(asked, END - timedelta(hours=2))
    assert reply.until == library.load_der_ocsp_response(reply.content).next_update_utc == END
    assert _status(_responder(ours).answer(asked, END + timedelta(seconds=1))) == "try_later"


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
    headers, answer = _get(address, _request(_identity(ours.official.certificate, ours.issuing)))
    assert _statuses(answer) == ["good"]
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
    asked = _request(_identity(ours.official.certificate, ours.issuing))
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
    asked = _request(_identity(ours.official.certificate, ours.issuing))
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
    assert _status(responder.reply(asked, END + timedelta(days=1)).content) == "try_later"


def test_a_renewal_that_fails_is_told_and_tried_again_later(
    ours: Pki, clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    built_in = load_published(ours.folder)
    responder = DelegatedResponder(built_in, RevocationRegister(ours.folder))
    asked = _request(_identity(ours.official.certificate, ours.issuing))
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
    asked, at = _request(_identity(ours.official.certificate, ours.issuing)), END - timedelta(days=3)
    threads = [threading.Thread(target=responder.reply, args=(asked, at)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = [act for act in ours.built_in.record.acts() if act.name == "ocsp"]
    assert len(made) == 2


def _openssl(*arguments: object) -> str:
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, check=False, timeout=30)
    return done.stdout + done.stderr


def test_openssl_agrees_on_every_answer(ours: Pki, tmp_path: Path) -> None:
    """Good, revoked and unknown in one request, by SHA-1 and SHA-256, over HTTP with the real time."""
    folder, clock = ours.folder, SystemClock(ZONE)
    stranger = ours.built_in.issuing.issue(  # signed with our key, and on no record
        ceremony.certificates.SEAL, ceremony.certificates.seal_name("x"), ours.seal.key.public_key(), NOW
    )
    (tmp_path / "stranger.pem").write_bytes(stranger.public_bytes(Encoding.PEM))
    built_in, register = load_published(folder), RevocationRegister(folder)
    delegate = DelegatedResponder(built_in, register)
    with serving(responder_application(built_in, delegate, register, clock)) as url:
        ask = ("ocsp", "-issuer", folder / "issuing.pem", "-url", f"{url}/ocsp", "-CAfile", folder / "root.pem")
        ask = (*ask, "-verify_other", folder / "issuing.pem", "-no_cert_checks")
        certificates = ("-cert", folder / "official-head.pem", "-sha256", "-cert", folder / "official-revoked.pem")
        said = _openssl(*ask, *certificates, "-cert", tmp_path / "stranger.pem")
    assert "Response verify OK" in said, said
    assert "WARNING: no nonce" not in said
    for name, status in (("official-head", "good"), ("official-revoked", "revoked"), ("stranger", "unknown")):
        assert f"{name}.pem: {status}" in said
    assert "WARNING: Status times invalid" in _openssl(*_stale(ours, tmp_path))


def _stale(ours: Pki, folder: Path) -> tuple[object, ...]:
    """What openssl is told to look at an answer of the day before yesterday."""
    at = SystemClock(ZONE).now() - timedelta(days=2)
    (folder / "stale").write_bytes(_responder(ours).status(ours.official.certificate, at))
    keys = ours.folder
    return (
        *("ocsp", "-respin", folder / "stale", "-issuer", keys / "issuing.pem", "-CAfile", keys / "root.pem"),
        *("-verify_other", keys / "issuing.pem", "-cert", keys / "official-head.pem"),
    )


def test_openssl_checks_a_whole_path_against_the_lists(ours: Pki, tmp_path: Path) -> None:
    at = SystemClock(ZONE).now()
    lists = tmp_path / "lists.pem"
    lists.write_bytes(b"".join(x509.load_der_x509_crl(one).public_bytes(Encoding.PEM) for one in ours.crls(at)))
    keys = ours.folder
    verify = ("verify", "-x509_strict", "-crl_check_all", "-CRLfile", lists, "-CAfile", keys / "root.pem")
    verify = (*verify, "-untrusted", keys / "issuing.pem")
    assert _openssl(*verify, keys / "official-head.pem").endswith(": OK\n")
    assert "certificate revoked" in _openssl(*verify, keys / "official-revoked.pem")
    old = at - timedelta(days=2)
    lists.write_bytes(b"".join(x509.load_der_x509_crl(one).public_bytes(Encoding.PEM) for one in ours.crls(old)))
    assert "CRL has expired" in _openssl(*verify, keys / "official-head.pem")


def test_an_elliptic_key_answers_as_well(ours: Pki) -> None:
    order = KeyOrder("ocsp-ec", ceremony.certificates.OCSP, ceremony.certificates.trial_name("EC"), NOW)
    ceremony.issue_key(ours.built_in, order, pki().official.password.encode())
    key = ours.identity("ocsp-ec")
    register = RevocationRegister(ours.folder)
    responder = OcspResponder(ours.issuing, "issuing", key.certificate, key.key, ours.built_in.issued, register.find)
    answer = library.load_der_ocsp_response(responder.status(ours.official.certificate, NOW))
    assert answer.certificate_status is library.OCSPCertStatus.GOOD
    assert answer.signature_algorithm_oid == x509.SignatureAlgorithmOID.ECDSA_WITH_SHA256
