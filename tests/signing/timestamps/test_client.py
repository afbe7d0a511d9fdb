"""A timestamp is believed only after every check; each lie of an authority is told apart from silence."""

import hashlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from asn1crypto import tsp

from config.clock import FrozenClock
from signing.pki import authority, certificates
from signing.pki.api import tsa_application
from signing.pki.serials import SerialNumbers
from signing.pki.tsa import TimestampAuthority, TsaKey
from signing.timestamps.client import MAX_ANSWER, Timestamper
from signing.timestamps.errors import TimestampNotTrusted, TimestampUnavailable
from tests.pki.build import END, START, Pki, foreign_pki, pki
from tests.pki.serve import serving

DIGEST = hashlib.sha256(b"a signature value").digest()
NOW = datetime(2026, 2, 12, 3, 0, tzinfo=UTC)


def _clock(at: datetime = NOW) -> FrozenClock:
    return FrozenClock(at, ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.fixture(params=["rsa", "rsa-pss", "ecdsa"])
def scheme(request: pytest.FixtureRequest) -> str:
    """How the authority signs."""
    return str(request.param)


def _tsa(folder: Path, which: Pki, at: datetime = NOW, scheme: str = "rsa") -> TimestampAuthority:
    if scheme != "ecdsa":
        key = which.tsa.key
        return _with(folder, TsaKey(which.tsa.certificate, which.tsa.chain, key, pss=scheme == "rsa-pss"), at)
    own = authority.new_signing_key()
    name = certificates.trial_name("TSA")
    certificate = which.built_in.issuing.issue(certificates.TSA, name, own.public_key(), START, END)
    return _with(folder, TsaKey(certificate, [which.issuing], own), at)


def _with(folder: Path, key: TsaKey, at: datetime = NOW) -> TimestampAuthority:
    return TimestampAuthority(key, SerialNumbers(folder, _clock(at)))


@contextmanager
def _asking(answer: Callable[[bytes], bytes]) -> Iterator[Timestamper]:
    """A client of an authority that answers as told."""

    class Told:
        def answer(self, request: bytes) -> bytes:
            return answer(request)

    with serving(tsa_application(Told())) as url:
        yield Timestamper(f"{url}/tsa", [pki().root], _clock(), 5)


def _changed(request: bytes, **fields: Any) -> bytes:
    parsed = tsp.TimeStampReq.load(request)
    for name, value in fields.items():
        parsed[name] = value
    return bytes(parsed.dump(force=True))


def test_a_good_token_is_given_and_is_over_the_digest(tmp_path: Path, scheme: str) -> None:
    tsa = _tsa(tmp_path, pki(), scheme=scheme)
    with _asking(tsa.answer) as timestamper:
        token = timestamper.token(DIGEST)
    info = tsp.ContentInfo.load(token)["content"]["encap_content_info"]["content"].parsed.native
    assert info["message_imprint"]["hashed_message"] == DIGEST
    assert info["gen_time"] == NOW


def test_every_question_has_its_own_nonce(tmp_path: Path) -> None:
    seen = []
    tsa = _tsa(tmp_path, pki())

    def noting(request: bytes) -> bytes:
        seen.append(tsp.TimeStampReq.load(request)["nonce"].native)
        return tsa.answer(request)

    with _asking(noting) as timestamper:
        timestamper.token(DIGEST)
        timestamper.token(DIGEST)
    assert len(set(seen)) == 2


OTHER = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": b"x" * 32}


@pytest.mark.parametrize("fields", [{"message_imprint": OTHER}, {"nonce": 1}, {"nonce": None}, {"cert_req": False}])
def test_a_token_over_another_digest_or_nonce_or_without_certificate_is_refused(
    tmp_path: Path, fields: dict[str, Any], scheme: str
) -> None:
    tsa = _tsa(tmp_path, pki(), scheme=scheme)
    lying = _asking(lambda request: tsa.answer(_changed(request, **fields)))
    with lying as timestamper, pytest.raises(TimestampNotTrusted):
        timestamper.token(DIGEST)


def test_a_token_for_another_algorithm_over_the_same_octets_is_refused(tmp_path: Path) -> None:
    tsa = _tsa(tmp_path, pki())
    double = DIGEST + DIGEST

    def sha512(request: bytes) -> bytes:
        imprint = {"hash_algorithm": {"algorithm": "sha512"}, "hashed_message": double}
        return tsa.answer(_changed(request, message_imprint=imprint))

    with _asking(sha512) as timestamper, pytest.raises(TimestampNotTrusted, match="another kind"):
        timestamper.token(double)


def test_an_authority_under_a_foreign_root_is_refused(tmp_path: Path, scheme: str) -> None:
    tsa = _tsa(tmp_path, foreign_pki(), scheme=scheme)
    with _asking(tsa.answer) as timestamper, pytest.raises(TimestampNotTrusted):
        timestamper.token(DIGEST)


@pytest.mark.parametrize("pss", [False, True])
@pytest.mark.parametrize("profile", [certificates.OFFICIAL, certificates.OCSP])
def test_a_certificate_that_is_not_for_timestamps_is_refused(
    tmp_path: Path, profile: certificates.Profile, pss: bool
) -> None:
    key = authority.new_authority_key()
    name = certificates.trial_name("no TSA")
    certificate = pki().built_in.issuing.issue(profile, name, key.public_key(), START, END)
    tsa = _with(tmp_path, TsaKey(certificate, [pki().issuing], key, pss))
    with _asking(tsa.answer) as timestamper, pytest.raises(TimestampNotTrusted):
        timestamper.token(DIGEST)


@pytest.mark.parametrize("shift", [timedelta(minutes=-2), timedelta(minutes=2), timedelta(days=-300)])
def test_a_time_that_is_not_now_is_refused(tmp_path: Path, shift: timedelta, scheme: str) -> None:
    tsa = _tsa(tmp_path, pki(), NOW + shift, scheme=scheme)
    with _asking(tsa.answer) as timestamper, pytest.raises(TimestampNotTrusted, match="not now"):
        timestamper.token(DIGEST)


def test_a_token_bound_to_another_certificate_is_refused(tmp_path: Path) -> None:
    key = authority.new_authority_key()
    issuing, name = pki().built_in.issuing, certificates.trial_name("TSA")
    own = issuing.issue(certificates.TSA, name, key.public_key(), START, END)
    twin = issuing.issue(certificates.TSA, name, key.public_key(), START, END)
    tsa = _with(tmp_path, TsaKey(own, [pki().issuing], key))
    other = _with(tmp_path / "other", TsaKey(twin, [pki().issuing], key))
    tsa._parts._binding = other._parts._binding
    with _asking(tsa.answer) as timestamper, pytest.raises(TimestampNotTrusted):
        timestamper.token(DIGEST)


def test_a_token_whose_content_was_changed_is_refused(tmp_path: Path, scheme: str) -> None:
    tsa = _tsa(tmp_path, pki(), scheme=scheme)

    def changed(request: bytes) -> bytes:
        response = tsp.TimeStampResp.load(tsa.answer(request))
        info = response["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
        old, serial = info["serial_number"].dump(), info["serial_number"].contents
        new = old[: -len(serial)] + bytes([serial[0]]) + bytes(byte ^ 1 for byte in serial[1:])
        answer: bytes = response.dump()
        assert answer.count(old) == 1
        return answer.replace(old, new)

    with _asking(changed) as timestamper, pytest.raises(TimestampNotTrusted):
        timestamper.token(DIGEST)


def test_a_token_with_a_foreign_authoritys_certificates_is_refused(tmp_path: Path, scheme: str) -> None:
    tsa = _tsa(tmp_path, pki(), scheme=scheme)
    tsa._parts._certificates = _tsa(tmp_path / "other", foreign_pki(), scheme=scheme)._parts._certificates
    with _asking(tsa.answer) as timestamper, pytest.raises(TimestampNotTrusted):
        timestamper.token(DIGEST)


def test_a_flipped_octet_anywhere_in_the_token_is_refused(tmp_path: Path, scheme: str) -> None:
    tsa = _tsa(tmp_path, pki(), scheme=scheme)
    place = 0

    def flipped(request: bytes) -> bytes:
        answer = bytearray(tsa.answer(request))
        answer[place] ^= 1
        return bytes(answer)

    believed = []
    with _asking(flipped) as timestamper:
        length = len(tsa.answer(bytes(tsp.TimeStampReq({"version": "v1", "message_imprint": OTHER}).dump())))
        for place in range(0, length, 41):
            try:
                timestamper.token(DIGEST)
                believed.append(place)
            except TimestampUnavailable:
                continue
    assert len(believed) <= 3  # an octet of the authority's own certificate above is nobody's concern


@pytest.mark.parametrize("answer", [b"", b"junk", b"0\x00"])
def test_junk_is_refused(answer: bytes) -> None:
    with _asking(lambda request: answer) as timestamper, pytest.raises(TimestampNotTrusted):
        timestamper.token(DIGEST)


def test_an_endless_answer_is_refused() -> None:
    endless = _asking(lambda request: b"0" * (MAX_ANSWER * 2))
    with endless as timestamper, pytest.raises(TimestampNotTrusted, match="too long"):
        timestamper.token(DIGEST)


def test_a_refusal_of_the_authority_is_silence_not_a_lie(tmp_path: Path) -> None:
    tsa = _tsa(tmp_path, pki())
    with _asking(lambda request: tsa.answer(b"junk")) as timestamper, pytest.raises(TimestampUnavailable) as caught:
        timestamper.token(DIGEST)
    assert type(caught.value) is TimestampUnavailable


def test_nobody_at_the_address_is_unavailable() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(TimestampUnavailable):
        Timestamper(f"http://127.0.0.1:{port}/tsa", [pki().root], _clock(), 5).token(DIGEST)


def test_another_page_at_the_address_is_unavailable(tmp_path: Path) -> None:
    with serving(tsa_application(_tsa(tmp_path, pki()))) as url, pytest.raises(TimestampUnavailable, match="404"):
        Timestamper(f"{url}/elsewhere", [pki().root], _clock(), 5).token(DIGEST)


@pytest.mark.parametrize("trickle", [False, True])
def test_a_slow_authority_is_unavailable_after_the_time_given(trickle: bool) -> None:
    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def dawdle() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4_096)
                if trickle:
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n")
                while not done.wait(0.05):
                    if trickle:
                        try:
                            connection.sendall(b"0")
                        except OSError:
                            return

        thread = threading.Thread(target=dawdle)
        thread.start()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/tsa"
        try:
            with pytest.raises(TimestampUnavailable):
                Timestamper(address, [pki().root], _clock(), 0.3).token(DIGEST)
        finally:
            done.set()
            thread.join()
