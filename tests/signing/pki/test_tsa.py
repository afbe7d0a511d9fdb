"""The time-stamping authority against RFC 3161, with openssl and rfc3161-client as judges."""

import functools
import hashlib
import os
import subprocess
import tempfile
import threading
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms, core, tsp
from hypothesis import example, given
from hypothesis import strategies as st

from config.clock import FrozenClock
from signing.pki import authority, certificates
from signing.pki.api import tsa_application
from signing.pki.errors import KeyFolderUnusable
from signing.pki.serials import SerialNumbers
from signing.pki.tsa import POLICY, TimestampAuthority, TsaKey
from signing.timestamps.client import Timestamper
from tests.pki.build import END, START, pki
from tests.pki.serve import serving
from tests.signing.pki.asking_tsa import DIGEST, IMPRINT, ZONE, authority_in, failure_of, info_of, request_of


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(datetime(2026, 2, 12, 3, 0, 0, 400_000, tzinfo=UTC), ZONE)


@pytest.fixture
def tsa(clock: FrozenClock, tmp_path: Path) -> TimestampAuthority:
    return authority_in(tmp_path / "tsa", clock)


def test_openssl_accepts_query_and_token(tsa: TimestampAuthority, tmp_path: Path) -> None:
    data, query, reply = (str(tmp_path / name) for name in ("data", "query", "reply"))
    Path(data).write_bytes(b"a licence")
    for options in (["-sha256", "-cert"], ["-sha512"], ["-sha384", "-no_nonce"]):
        asked = ["openssl", "ts", "-query", "-data", data, *options, "-out", query]
        subprocess.run(asked, check=True, capture_output=True)
        Path(reply).write_bytes(tsa.answer(Path(query).read_bytes()))
        folder = pki().folder
        judged = ["openssl", "ts", "-verify", "-in", reply, "-queryfile", query, "-CAfile", f"{folder}/root.pem"]
        done = subprocess.run([*judged, "-untrusted", f"{folder}/tsa.pem"], capture_output=True, text=True, check=False)
        assert "Verification: OK" in done.stdout, done.stderr
        shown = subprocess.run(["openssl", "ts", "-reply", "-in", reply, "-text"], capture_output=True, text=True)
        assert "Status: Granted." in shown.stdout
        assert "Accuracy: 0x01 seconds" in shown.stdout
        assert "Ordering: no" in shown.stdout


SCHEMES = {
    "rsa": ("sha256", "rsassa_pkcs1v15", authority.new_authority_key),
    "rsa-pss": ("sha256", "rsassa_pss", authority.new_authority_key),
    "ecdsa": ("sha256", "ecdsa", authority.new_signing_key),
}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_openssl_and_our_own_check_accept_each_kind_of_signature(
    clock: FrozenClock, tmp_path: Path, scheme: str
) -> None:
    digest, signature, new_key = SCHEMES[scheme]
    key, issuing = new_key(), pki().built_in.issuing
    certificate = issuing.issue(certificates.TSA, certificates.trial_name("TSA"), key.public_key(), START, END)
    serials = SerialNumbers(tmp_path / "tsa", clock)
    tsa = TimestampAuthority(TsaKey(certificate, [pki().issuing], key, pss=scheme == "rsa-pss"), serials)
    (tmp_path / "data").write_bytes(b"a licence")
    query = ["openssl", "ts", "-query", "-data", "data", "-sha256", "-cert", "-out", "query"]
    subprocess.run(query, check=True, capture_output=True, cwd=tmp_path)
    reply = tsa.answer((tmp_path / "query").read_bytes())
    (tmp_path / "reply").write_bytes(reply)
    token = tsp.TimeStampResp.load(reply)["time_stamp_token"]
    (tmp_path / "token").write_bytes(token.dump())
    root = str(pki().folder / "root.pem")
    judged = ["ts", "-verify", "-in", "reply", "-queryfile", "query", "-CAfile", root]
    if scheme == "rsa-pss":  # `openssl ts` reads tokens as PKCS #7, which has no PSS (RFC 2315); its CMS has
        judged = ["cms", "-verify", "-inform", "DER", "-in", "token", "-purpose", "timestampsign", "-CAfile", root]
    done = subprocess.run(["openssl", *judged], capture_output=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    signer = token["content"]["signer_infos"][0]
    assert signer["signature_algorithm"].signature_algo == signature
    assert signer["digest_algorithm"]["algorithm"].native == digest
    with serving(tsa_application(tsa)) as url:
        assert Timestamper(f"{url}/tsa", [pki().root], clock, 5).token(DIGEST)


def test_a_token_says_digest_policy_time_accuracy_and_nonce(tsa: TimestampAuthority) -> None:
    info = info_of(tsa.answer(request_of()))
    assert info["message_imprint"]["hashed_message"] == DIGEST
    assert info["policy"] == POLICY
    assert info["gen_time"] == datetime(2026, 2, 12, 3, 0, tzinfo=UTC)
    assert info["accuracy"]["seconds"] == 1
    assert info["nonce"] == 4711
    assert info["ordering"] is False


@given(nonce=st.integers(min_value=-(1 << 200), max_value=1 << 200))
def test_any_nonce_comes_back(nonce: int) -> None:
    assert info_of(_shared().answer(request_of(nonce=nonce)))["nonce"] == nonce


@functools.cache
def _shared() -> TimestampAuthority:
    """One authority for all examples of a property."""
    clock = FrozenClock(datetime(2026, 2, 12, tzinfo=UTC), ZONE)
    return authority_in(Path(tempfile.mkdtemp(prefix="antin-test-")), clock)


@given(junk=st.binary(max_size=300))
def test_junk_gets_a_refusal_and_never_an_error(junk: bytes) -> None:
    assert failure_of(_shared().answer(junk)) == "bad_data_format"


@given(position=st.integers(0, len(request_of()) - 1), value=st.integers(0, 255))
@example(position=len(request_of()) - 3, value=core.ObjectDescriptor.tag)  # asn1crypto then has an AttributeError
def test_a_damaged_request_gets_an_answer(position: int, value: int) -> None:
    damaged = bytearray(request_of())
    damaged[position] = value
    core.Sequence.load(_shared().answer(bytes(damaged)), strict=True)


def test_without_a_nonce_none_is_made_up(tsa: TimestampAuthority) -> None:
    assert info_of(tsa.answer(request_of(nonce=None)))["nonce"] is None


def test_certificates_come_only_when_asked_for(tsa: TimestampAuthority) -> None:
    asked = tsp.TimeStampResp.load(tsa.answer(request_of()))["time_stamp_token"]["content"]["certificates"]
    assert len(asked) == 2
    silent = tsp.TimeStampResp.load(tsa.answer(request_of(cert_req=False)))["time_stamp_token"]["content"]
    assert silent["certificates"].native is None


def test_the_token_is_bound_to_its_certificate(tsa: TimestampAuthority) -> None:
    signed: cms.SignedData = tsp.TimeStampResp.load(tsa.answer(request_of()))["time_stamp_token"]["content"]
    attributes = {a["type"].native: a["values"][0] for a in signed["signer_infos"][0]["signed_attrs"]}
    assert set(attributes) == {"content_type", "message_digest", "signing_certificate_v2"}
    bound = attributes["signing_certificate_v2"]["certs"][0]["cert_hash"].native
    assert bound == hashlib.sha256(pki().tsa.certificate_der).digest()
    assert signed["signer_infos"][0].dump() == signed["signer_infos"][0].dump(force=True)  # as asn1crypto would


@pytest.mark.parametrize(
    ("fields", "failure"),
    [
        ({"version": 2}, "bad_request"),
        (
            {"message_imprint": {"hash_algorithm": {"algorithm": "sha1"}, "hashed_message": b"x" * 20}},
            "bad_alg",
        ),
        (
            {"message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": b"short"}},
            "bad_data_format",
        ),
        ({"req_policy": "1.2.3.4"}, "unaccepted_policy"),
        ({"extensions": [{"extn_id": "1.2.3.4", "extn_value": b"x"}]}, "unaccepted_extensions"),
    ],
)
def test_what_is_not_offered_is_refused_with_its_reason(
    tsa: TimestampAuthority, fields: dict[str, Any], failure: str
) -> None:
    assert failure_of(tsa.answer(request_of(**fields))) == failure


def test_the_policy_asked_for_by_name_is_granted(tsa: TimestampAuthority) -> None:
    assert info_of(tsa.answer(request_of(req_policy=POLICY)))["policy"] == POLICY


def test_a_clock_that_goes_back_stops_the_timestamps(tsa: TimestampAuthority, clock: FrozenClock) -> None:
    info_of(tsa.answer(request_of()))
    clock.advance(seconds=-1)
    assert failure_of(tsa.answer(request_of())) == "time_not_available"
    clock.advance(seconds=1)
    info_of(tsa.answer(request_of()))


def test_outside_the_life_of_its_certificate_it_is_silent(tsa: TimestampAuthority, clock: FrozenClock) -> None:
    clock.at = pki().tsa.certificate.not_valid_after_utc + timedelta(seconds=2)
    assert failure_of(tsa.answer(request_of())) == "time_not_available"


def test_numbers_never_repeat_over_threads_and_restarts(clock: FrozenClock, tmp_path: Path) -> None:
    seen: list[int] = []
    for restart in range(3):
        numbers = SerialNumbers(tmp_path, clock)
        threads = [
            threading.Thread(target=lambda n=numbers: seen.extend(n.take(IMPRINT).serial for _ in range(400)))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if restart == 1:
            os.close(numbers._hold)  # killed: nothing is written down
        else:
            numbers.close()
    assert len(seen) == len(set(seen)) == 4_800
    assert min(seen) > 0
    assert max(seen).bit_length() <= 160  # RFC 3161, 2.4.2


def test_a_lost_state_does_not_bring_numbers_back(clock: FrozenClock, tmp_path: Path) -> None:
    first = SerialNumbers(tmp_path / "a", clock)
    second = SerialNumbers(tmp_path / "b", clock)
    assert abs(first.take(IMPRINT).serial - second.take(IMPRINT).serial) > 1 << 40


def test_a_clock_set_back_while_it_was_stopped_is_noticed(clock: FrozenClock, tmp_path: Path) -> None:
    numbers = SerialNumbers(tmp_path, clock)
    numbers.take(IMPRINT)
    numbers.close()
    clock.advance(hours=-1)
    assert failure_of(authority_in(tmp_path, clock).answer(request_of())) == "time_not_available"


def test_two_processes_cannot_share_the_numbers(clock: FrozenClock, tmp_path: Path) -> None:
    first = SerialNumbers(tmp_path, clock)
    with pytest.raises(KeyFolderUnusable, match="Another"):
        SerialNumbers(tmp_path, clock)
    first.close()
    SerialNumbers(tmp_path, clock).close()


def test_a_damaged_state_stops_the_start(clock: FrozenClock, tmp_path: Path) -> None:
    (tmp_path / "timestamps.json").write_text("{}")
    with pytest.raises(KeyFolderUnusable, match="cannot be read"):
        SerialNumbers(tmp_path, clock)


def test_openssl_reads_a_refusal(tsa: TimestampAuthority, tmp_path: Path) -> None:
    reply = tmp_path / "reply"
    reply.write_bytes(tsa.answer(request_of(req_policy="1.2.3.4")))
    shown = subprocess.run(["openssl", "ts", "-reply", "-in", reply, "-text"], capture_output=True, text=True)
    assert "Status: Rejected." in shown.stdout
    assert "TSA policy is not supported" in shown.stdout


def test_another_policy_is_a_setting(clock: FrozenClock, tmp_path: Path) -> None:
    key, policy = pki().tsa, "1.3.6.1.4.1.99999.2"
    assert not hasattr(key.key, "curve")
    serials = SerialNumbers(tmp_path, clock)
    tsa = TimestampAuthority(TsaKey(key.certificate, key.chain, key.key), serials, policy)
    assert info_of(tsa.answer(request_of(req_policy=policy)))["policy"] == policy
    assert failure_of(tsa.answer(request_of(req_policy=POLICY))) == "unaccepted_policy"


def _http(tsa: TimestampAuthority, **environ: Any) -> tuple[str, bytes]:
    body = environ.pop("body", b"")
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/tsa",
        "CONTENT_TYPE": "application/timestamp-query",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        **environ,
    }
    said: list[str] = []
    answer = tsa_application(tsa)(environ, lambda status, headers, exc=None: said.append(status))  # type: ignore[arg-type]
    return said[0], b"".join(answer)


def test_over_http_only_what_is_a_query_is_read(tsa: TimestampAuthority) -> None:
    assert _http(tsa, body=request_of())[0] == "200 OK"
    assert _http(tsa, body=b"x" * 20_000)[0].startswith("413")
    assert _http(tsa, body=b"", CONTENT_LENGTH="many")[0].startswith("413")
    assert _http(tsa, body=request_of(), CONTENT_TYPE="text/plain")[0].startswith("415")
    assert _http(tsa, REQUEST_METHOD="GET")[0].startswith("404")
    assert _http(tsa, REQUEST_METHOD="GET", PATH_INFO="/healthz") == ("200 OK", b"ready\n")
