"""OCSP beyond one question: several certificates, hostile requests, a key that rotates, caches; others judge."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
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
from signing.pki import ceremony, certificates
from signing.pki.api import responder_application
from signing.pki.built_in import load_published
from signing.pki.delegate import DelegatedResponder
from signing.pki.issuance import FILE_NAME
from signing.pki.issue import KeyOrder
from signing.pki.ocsp import OcspResponder
from signing.pki.revoked import RevocationRegister
from tests.pki.build import END, Pki, copy_of, foreign_pki, pki
from tests.pki.serve import serving
from tests.signing.pki.asking_ocsp import (
    GOOD,
    extension,
    identity,
    request_of,
    responder_of,
    singles,
    status_of,
    statuses,
)

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
def ours(tmp_path: Path) -> Pki:
    return copy_of(pki(), tmp_path / "keys")


def test_several_certificates_are_answered_together_and_in_order(ours: Pki) -> None:
    asked = [
        identity(ours.official.certificate, ours.issuing, "sha1"),
        identity(ours.revoked_official.certificate, ours.issuing),
        identity(foreign_pki().seal.certificate, ours.issuing, "sha384"),
        identity(foreign_pki().seal.certificate, foreign_pki().issuing),
    ]
    answer = responder_of(ours).answer(request_of(*asked), NOW)
    assert statuses(answer) == ["good", "revoked", "unknown", "unknown"]
    data = ocsp.OCSPResponse.load(answer).response_data
    for one, wanted in zip(data["responses"], asked, strict=True):
        assert one["cert_id"]["serial_number"].native == wanted["serial_number"]
        assert one["this_update"].native == NOW
        assert one["next_update"].native == NOW + timedelta(days=1)
    assert _signed_by_the_delegate(answer, ours)
    assert status_of(responder_of(ours).answer(request_of(asked[3]), NOW)) == "unauthorized"


def _signed_by_the_delegate(answer: bytes, ours: Pki) -> bool:
    basic = ocsp.OCSPResponse.load(answer).basic_ocsp_response
    key = ours.identity("ocsp").certificate.public_key()
    assert isinstance(key, RSAPublicKey)
    key.verify(basic["signature"].native, basic["tbs_response_data"].dump(), PKCS1v15(), hashes.SHA256())
    return True


def test_the_certificate_of_the_issuing_authority_is_not_among_its_own(ours: Pki) -> None:
    """Root and issuing authority share a folder, and still neither speaks for the other."""
    asked = {**identity(ours.official.certificate, ours.issuing), "serial_number": ours.issuing.serial_number}
    assert statuses(responder_of(ours).answer(request_of(asked), NOW)) == ["unknown"]


@pytest.mark.parametrize("count", [0, 65])
def test_too_few_and_too_many_are_malformed(ours: Pki, count: int) -> None:
    asked = [identity(ours.official.certificate, ours.issuing)] * count
    assert status_of(responder_of(ours).answer(request_of(*asked), NOW)) == "malformed_request"


@pytest.mark.parametrize(
    ("nonce", "status"), [(b"", "malformed_request"), (b"n", "successful"), (b"n" * 32, "successful")]
)
def test_a_nonce_has_one_to_32_octets_and_comes_back(ours: Pki, nonce: bytes, status: str) -> None:
    wrapped = core.OctetString(nonce).dump()
    asked = request_of(
        identity(ours.official.certificate, ours.issuing),
        request_extensions=[extension("1.3.6.1.5.5.7.48.1.2", wrapped)],
    )
    answer = responder_of(ours).answer(asked, NOW)
    assert status_of(answer) == status
    if status == "successful":
        assert library.load_der_ocsp_response(answer).extensions[0].value == x509.OCSPNonce(nonce)


def test_extensions_that_must_be_understood_are_malformed_and_others_left_alone(ours: Pki) -> None:
    asked = identity(ours.official.certificate, ours.issuing)
    nonce = extension("1.3.6.1.5.5.7.48.1.2", core.OctetString(b"n").dump())
    for extensions, status in (
        ([extension("1.2.3.4", b"x")], "successful"),
        ([extension("1.2.3.4", b"x", critical=True)], "malformed_request"),
        ([nonce, nonce], "malformed_request"),
        ([extension("1.3.6.1.5.5.7.48.1.2", b"raw, not wrapped")], "malformed_request"),
    ):
        assert status_of(responder_of(ours).answer(request_of(asked, request_extensions=extensions), NOW)) == status


@given(junk=st.binary(max_size=300))
def test_junk_is_malformed(junk: bytes) -> None:
    assert status_of(responder_of(pki()).answer(junk, NOW)) == "malformed_request"


@given(position=st.integers(0, len(GOOD) - 1), value=st.integers(0, 255))
def test_a_damaged_request_gets_an_answer_and_good_only_for_what_was_issued(position: int, value: int) -> None:
    damaged = bytearray(GOOD)
    damaged[position] = value
    answer = responder_of(pki()).answer(bytes(damaged), NOW)
    if status_of(answer) == "successful" and "good" in statuses(answer):
        serials = [one["cert_id"]["serial_number"].native for one in singles(answer)]
        assert all(pki().built_in.issued(serial) for serial in serials)


def test_a_register_or_record_that_cannot_be_read_means_later_never_good(ours: Pki) -> None:
    responder, asked = responder_of(ours), request_of(identity(ours.official.certificate, ours.issuing))
    (ours.folder / "revoked.json").write_text("broken")
    assert status_of(responder.answer(asked, NOW)) == "try_later"
    (ours.folder / "revoked.json").write_text("[]")
    (ours.folder / FILE_NAME).write_text("broken\n")
    assert status_of(responder_of(ours).answer(asked, NOW)) == "try_later"


def test_an_answer_ends_with_the_certificate_that_signs_it(ours: Pki) -> None:
    asked = request_of(identity(ours.official.certificate, ours.issuing))
    reply = responder_of(ours).reply(asked, END - timedelta(hours=2))
    assert reply.until == library.load_der_ocsp_response(reply.content).next_update_utc == END
    assert status_of(responder_of(ours).answer(asked, END + timedelta(seconds=1))) == "try_later"


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOW, ZONE)


def _openssl(*arguments: object) -> str:
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, check=False, timeout=30)
    return done.stdout + done.stderr


def test_openssl_agrees_on_every_answer(ours: Pki, tmp_path: Path) -> None:
    """Good, revoked and unknown in one request, by SHA-1 and SHA-256, over HTTP with the real time."""
    folder, clock = ours.folder, SystemClock(ZONE)
    stranger = ours.built_in.issuing.issue(  # signed with our key, and on no record
        certificates.SEAL, certificates.seal_name("x"), ours.seal.key.public_key(), NOW
    )
    (tmp_path / "stranger.pem").write_bytes(stranger.public_bytes(Encoding.PEM))
    built_in, register = load_published(folder), RevocationRegister(folder)
    delegate = DelegatedResponder(built_in, register)
    with serving(responder_application(built_in, delegate, register, clock)) as url:
        ask = ("ocsp", "-issuer", folder / "issuing.pem", "-url", f"{url}/ocsp", "-CAfile", folder / "root.pem")
        more = ("-verify_other", folder / "issuing.pem")
        asked = ("-cert", folder / "official-head.pem", "-sha256", "-cert", folder / "official-revoked.pem")
        said = _openssl(*ask, *more, *asked, "-cert", tmp_path / "stranger.pem")
    assert "Response verify OK" in said, said
    assert "WARNING: no nonce" not in said
    for name, status in (("official-head", "good"), ("official-revoked", "revoked"), ("stranger", "unknown")):
        assert f"{name}.pem: {status}" in said
    assert "WARNING: Status times invalid" in _openssl(*_stale(ours, tmp_path))


def _stale(ours: Pki, folder: Path) -> tuple[object, ...]:
    """What openssl is told to look at an answer of the day before yesterday."""
    at = SystemClock(ZONE).now() - timedelta(days=2)
    (folder / "stale").write_bytes(responder_of(ours).status(ours.official.certificate, at))
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
    below = ("-untrusted", keys / "issuing.pem")
    assert _openssl(*verify, *below, keys / "official-head.pem").endswith(": OK\n")
    assert "certificate revoked" in _openssl(*verify, *below, keys / "official-revoked.pem")
    old = at - timedelta(days=2)
    lists.write_bytes(b"".join(x509.load_der_x509_crl(one).public_bytes(Encoding.PEM) for one in ours.crls(old)))
    assert "CRL has expired" in _openssl(*verify, *below, keys / "official-head.pem")


def test_an_elliptic_key_answers_as_well(ours: Pki) -> None:
    order = KeyOrder("ocsp-ec", certificates.OCSP, certificates.trial_name("EC"), NOW)
    ceremony.issue_key(ours.built_in, order, pki().official.password.encode())
    key = ours.identity("ocsp-ec")
    register = RevocationRegister(ours.folder)
    responder = OcspResponder(ours.issuing, "issuing", key.certificate, key.key, ours.built_in.issued, register.find)
    answer = library.load_der_ocsp_response(responder.status(ours.official.certificate, NOW))
    assert answer.certificate_status is library.OCSPCertStatus.GOOD
    assert answer.signature_algorithm_oid == x509.SignatureAlgorithmOID.ECDSA_WITH_SHA256
