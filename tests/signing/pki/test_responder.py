"""The responder: fresh OCSP answers and lists, revocations seen at once; openssl judges."""

import base64
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from config.clock import FrozenClock
from signing.pki import ceremony
from signing.pki.api import responder_application
from signing.pki.built_in import load_published
from signing.pki.errors import KeyFolderUnusable
from signing.pki.lists import Lists
from signing.pki.ocsp import OcspResponder
from signing.pki.revoked import Revocation, RevocationRegister
from tests.pki.build import REVOKED_AT, Pki, copy_of, foreign_pki, pki
from tests.pki.serve import serving

GOOD, REVOKED, UNKNOWN = (ocsp.OCSPCertStatus.GOOD, ocsp.OCSPCertStatus.REVOKED, ocsp.OCSPCertStatus.UNKNOWN)


@pytest.fixture
def ours(tmp_path: Path) -> Pki:
    return copy_of(pki(), tmp_path / "keys")


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(datetime(2026, 2, 12, 3, 0, tzinfo=UTC), ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.fixture
def address(ours: Pki, clock: FrozenClock) -> Iterator[str]:
    key, register = ours.identity("ocsp"), RevocationRegister(ours.folder)
    responder = OcspResponder(ours.issuing, "issuing", key.certificate, key.key, ours.built_in.issued, register.find)
    with serving(responder_application(ours.built_in, responder, register, clock)) as url:
        yield url


def _request(certificate: x509.Certificate, issuer: x509.Certificate, nonce: bytes | None = None) -> bytes:
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA256())
    if nonce is not None:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    return builder.build().public_bytes(Encoding.DER)


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=5) as response:
        body: bytes = response.read()
    return body


def _post(address: str, body: bytes) -> ocsp.OCSPResponse:
    request = urllib.request.Request(f"{address}/ocsp", body, {"Content-Type": "application/ocsp-request"})
    with urllib.request.urlopen(request, timeout=5) as response:
        return ocsp.load_der_ocsp_response(response.read())


def test_a_standing_certificate_is_good_and_the_answer_is_of_now(address: str, ours: Pki, clock: FrozenClock) -> None:
    answer = _post(address, _request(ours.official.certificate, ours.issuing, b"n" * 16))
    assert answer.certificate_status is GOOD
    assert answer.this_update_utc == clock.now()
    assert answer.next_update_utc == clock.now() + timedelta(days=1)
    assert answer.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == b"n" * 16


def test_a_revoked_certificate_is_revoked_with_time_and_reason(address: str, ours: Pki) -> None:
    answer = _post(address, _request(ours.revoked_official.certificate, ours.issuing))
    assert answer.certificate_status is REVOKED
    assert answer.revocation_time_utc == REVOKED_AT
    assert answer.revocation_reason is x509.ReasonFlags.key_compromise


def test_a_revocation_shows_in_the_next_answer_and_the_next_list(address: str, ours: Pki, clock: FrozenClock) -> None:
    request = _request(ours.official.certificate, ours.issuing)
    assert _post(address, request).certificate_status is GOOD
    ceremony.revoke(ours.built_in, ours.official.certificate.serial_number, clock)
    assert _post(address, request).certificate_status is REVOKED
    listed = x509.load_der_x509_crl(_get(f"{address}/crl/issuing.crl"))
    assert listed.get_revoked_certificate_by_serial_number(ours.official.certificate.serial_number)


def test_a_number_that_was_never_given_is_unknown(address: str, ours: Pki) -> None:
    stranger = foreign_pki().official.certificate  # asked about as if our authority had issued it
    assert _post(address, _request(stranger, ours.issuing)).certificate_status is UNKNOWN


def test_for_another_authority_it_does_not_speak(address: str, ours: Pki) -> None:
    answer = _post(address, _request(foreign_pki().official.certificate, foreign_pki().issuing))
    assert answer.response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED
    answer = _post(address, _request(ours.issuing, ours.root))
    assert answer.response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED


@pytest.mark.parametrize("body", [b"", b"junk", b"\x30\x03\x02\x01\x00"])
def test_junk_is_called_malformed(address: str, body: bytes) -> None:
    assert _post(address, body).response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST


def test_a_nonce_of_a_forbidden_length_is_malformed(address: str, ours: Pki) -> None:
    answer = _post(address, _request(ours.official.certificate, ours.issuing, b"n" * 33))
    assert answer.response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST


def test_a_question_in_the_address_is_answered(address: str, ours: Pki) -> None:
    text = urllib.parse.quote(base64.b64encode(_request(ours.official.certificate, ours.issuing)).decode(), safe="")
    assert ocsp.load_der_ocsp_response(_get(f"{address}/ocsp/{text}")).certificate_status is GOOD


@pytest.mark.parametrize(("path", "status"), [("/ocsp/%%%", 400), ("/ocsp/" + "A" * 17_000, 413), ("/crl/x.crl", 404)])
def test_what_is_no_question_gets_its_status(address: str, path: str, status: int) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        _get(address + path)
    caught.value.close()
    assert caught.value.code == status


def test_openssl_accepts_the_answers(address: str, ours: Pki, clock: FrozenClock) -> None:
    folder = ours.folder
    command = ["openssl", "ocsp", "-issuer", f"{folder}/issuing.pem", "-url", f"{address}/ocsp"]
    command += ["-CAfile", f"{folder}/root.pem", "-verify_other", f"{folder}/issuing.pem"]
    command += ["-validity_period", "1000000000"]  # the clock of this test stands still, openssl's does not
    for name, status in (("official-head", "good"), ("official-revoked", "revoked")):
        asked = [*command, "-cert", f"{folder}/{name}.pem"]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        assert "Response verify OK" in done.stderr
        assert f"{name}.pem: {status}" in done.stdout


@pytest.mark.parametrize("name", ["issuing", "root"])
def test_openssl_accepts_the_lists(address: str, ours: Pki, clock: FrozenClock, name: str, tmp_path: Path) -> None:
    listed = _get(f"{address}/crl/{name}.crl")
    path = tmp_path / "list.crl"
    path.write_bytes(listed)
    command = ["openssl", "crl", "-inform", "DER", "-in", str(path), "-noout", "-CAfile"]
    above = tmp_path / "above.pem"
    above.write_bytes((ours.folder / "root.pem").read_bytes() + (ours.folder / "issuing.pem").read_bytes())
    done = subprocess.run([*command, str(above)], capture_output=True, text=True, check=False)
    assert "verify OK" in done.stderr
    crl = x509.load_der_x509_crl(listed)
    assert crl.last_update_utc == clock.now()


def _list(url: str, *, fresh: bool = False) -> x509.CertificateRevocationList:
    request = urllib.request.Request(url, headers={"Cache-Control": "no-cache"} if fresh else {})
    with urllib.request.urlopen(request, timeout=5) as response:
        return x509.load_der_x509_crl(response.read())


def _number(crl: x509.CertificateRevocationList) -> int:
    return crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number


def test_a_list_stays_until_half_its_life_or_until_somebody_is_revoked(
    address: str, ours: Pki, clock: FrozenClock
) -> None:
    url = f"{address}/crl/issuing.crl"
    first = _list(url)
    clock.advance(hours=11)
    assert _list(url) == first
    clock.advance(hours=1)
    second = _list(url)
    assert second.last_update_utc == clock.now()
    assert second.next_update_utc == clock.now() + timedelta(days=1)
    ceremony.revoke(ours.built_in, ours.official.certificate.serial_number, clock)
    third = _list(url)
    assert third.get_revoked_certificate_by_serial_number(ours.official.certificate.serial_number)
    assert _number(first) < _number(second) < _number(third)


def test_evidence_of_this_second_is_made_for_whoever_refuses_a_cache(address: str, clock: FrozenClock) -> None:
    url = f"{address}/crl/issuing.crl"
    first = _list(url)
    clock.advance(seconds=1)
    assert _list(url) == first
    assert _list(url, fresh=True).last_update_utc == clock.now()
    assert _list(url, fresh=True) == _list(url, fresh=True) == _list(url)  # once a second at most


def test_numbers_of_lists_rise_over_restarts_and_a_clock_set_back(ours: Pki, clock: FrozenClock) -> None:
    numbers = []
    for hours in (0, 1, -48):
        clock.advance(hours=hours)
        made = _lists(ours, clock, keep=True).current("issuing")
        assert made
        numbers.append(made.number)
    assert numbers[0] == numbers[1] < numbers[2]


def test_a_list_whose_key_is_elsewhere_is_published_as_it_was_brought(ours: Pki, clock: FrozenClock) -> None:
    brought = _lists(ours, clock, keep=True).current("root")
    assert brought
    (ours.folder / "root.key.pem").unlink()
    (ours.folder / "root.pass").unlink()
    clock.advance(days=3)
    without = _lists(ours, clock, keep=True)
    assert without.current("root", fresh=True) == brought
    (ours.folder / "crl" / "root.crl").write_bytes(b"damaged")
    assert without.current("root") is None


def _lists(ours: Pki, clock: FrozenClock, *, keep: bool) -> Lists:
    built_in = load_published(ours.folder)
    authorities = {"issuing": built_in.issuing, "root": built_in.root}
    return Lists(authorities, RevocationRegister(ours.folder), clock, ours.folder if keep else None)


def test_caches_may_keep_a_list_for_minutes_and_ask_whether_it_changed(address: str, clock: FrozenClock) -> None:
    url = f"{address}/crl/issuing.crl"
    with urllib.request.urlopen(url, timeout=5) as response:
        assert response.headers["Content-Type"] == "application/pkix-crl"
        assert response.headers["Cache-Control"] == "max-age=300, public, no-transform, must-revalidate"
        tag = response.headers["ETag"]
    asked = urllib.request.Request(url, headers={"If-None-Match": tag})
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(asked, timeout=5)
    caught.value.close()
    assert caught.value.code == 304


def test_a_revocation_in_the_future_does_not_count_yet(ours: Pki, clock: FrozenClock) -> None:
    later = clock.now() + timedelta(hours=1)
    serial = ours.official.certificate.serial_number
    RevocationRegister(ours.folder).add(Revocation("issuing", serial, later))
    assert ocsp.load_der_ocsp_response(ours.ocsp(ours.official.certificate, clock.now())).certificate_status is GOOD
    answer = ocsp.load_der_ocsp_response(ours.ocsp(ours.official.certificate, later))
    assert answer.certificate_status is REVOKED
    assert answer.revocation_reason is None
    crls = [x509.load_der_x509_crl(ours.crls(at)[0]) for at in (clock.now(), later)]
    assert [crl.get_revoked_certificate_by_serial_number(serial) is not None for crl in crls] == [False, True]


def test_a_revocation_is_final(ours: Pki, clock: FrozenClock) -> None:
    register = RevocationRegister(ours.folder)
    serial = ours.revoked_official.certificate.serial_number
    register.add(Revocation("issuing", serial, clock.now()))
    found = register.find("issuing", serial)
    assert found
    assert found.at == REVOKED_AT


def test_a_register_that_vanished_or_broke_is_never_taken_for_empty(ours: Pki) -> None:
    register = RevocationRegister(ours.folder)
    assert len(register.all("issuing")) == 1
    (ours.folder / "revoked.json").write_text('[{"serial": "zz"}]')
    with pytest.raises(KeyFolderUnusable):
        register.all("issuing")
    (ours.folder / "revoked.json").unlink()
    with pytest.raises(KeyFolderUnusable):
        register.all("issuing")
