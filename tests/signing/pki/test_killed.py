"""Killed with SIGKILL between any two steps that reach the disk: no certificate without record, no number twice."""

import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from config.clock import FrozenClock
from signing.pki import certificates
from signing.pki.audit import audit
from signing.pki.ceremony import issue_key
from signing.pki.issuance import IssuanceRecord
from signing.pki.issue import KeyOrder, Renewal, renew
from signing.pki.revoke import RevocationOrder, revoke_certificate
from signing.pki.revoked import RevocationRegister
from signing.pki.serials import SerialNumbers
from signing.pki.token_journal import JournalEnd, read_journal
from signing.pki.tsa import TimestampAuthority, TsaKey
from tests.pki.build import AGENCY, Pki, copy_of, pki

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LEAVE = os.write  # what leaves the process is no step
STEPS = ("write", "fsync", "fdatasync", "replace", "truncate", "ftruncate", "open")


def _killed_at(step: int, work: Callable[[], None]) -> bool:
    """Run `work` in a child that is killed before its step number `step` that touches a file; False when it ended."""
    child = os.fork()
    if child == 0:  # pragma: no cover - the child
        left = step

        def dying(real: Callable[..., object]) -> Callable[..., object]:
            def call(*arguments: object, **options: object) -> object:
                nonlocal left
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                left -= 1
                return real(*arguments, **options)

            return call

        for name in STEPS:
            setattr(os, name, dying(getattr(os, name)))
        try:
            work()
        except BaseException:
            os._exit(3)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def _every_step(work: Callable[[], None], check: Callable[[int], None]) -> int:
    step = 0
    while _killed_at(step, work):
        check(step)
        step += 1
    return step


@pytest.fixture
def ours(tmp_path: Path) -> Pki:
    return copy_of(pki(), tmp_path / "keys")


def _order(name: str) -> KeyOrder:
    return KeyOrder(name, certificates.SEAL, certificates.seal_name(AGENCY), NOW)


def _published(folder: Path) -> set[str]:
    """Fingerprints of every certificate that anybody could have seen in the folder."""
    paths = [path for path in folder.rglob("*.pem") if not path.name.endswith(".key.pem")]
    found = [one for path in paths for one in x509.load_pem_x509_certificates(path.read_bytes())]
    return {one.fingerprint(hashes.SHA256()).hex() for one in found}


def test_a_certificate_is_never_out_without_being_on_record(ours: Pki) -> None:
    def check(step: int) -> None:
        acts = IssuanceRecord(ours.folder).acts()
        assert _published(ours.folder) <= {act.digest for act in acts}, step
        serials = [act.serial for act in acts if act.act != "revoked"]
        assert len(serials) == len(set(serials)), step
        assert audit(ours.folder, ours.folder / "none") == [], step

    steps = _every_step(lambda: _issue_and_renew(ours), check)
    assert steps > 12
    check(steps)
    assert (ours.folder / "seal-late.pem").exists()


def _issue_and_renew(ours: Pki) -> None:
    issue_key(ours.built_in, _order("seal-late"), b"password")
    renew(ours.built_in, "seal-late", Renewal(NOW, password=b"password"))


def test_a_revocation_that_was_cut_off_is_finished_by_its_repeat(ours: Pki) -> None:
    serial = ours.seal.certificate.serial_number
    order = RevocationOrder(serial, NOW, x509.ReasonFlags.superseded)

    def check(step: int) -> None:
        acts = [act for act in IssuanceRecord(ours.folder).acts() if act.serial == f"{serial:x}"]
        revoked = RevocationRegister(ours.folder).find("issuing", serial)
        assert not revoked or acts[-1].act == "revoked", step

    assert _every_step(lambda: _revoke(ours, order), check) >= 5
    acts = [act.act for act in IssuanceRecord(ours.folder).acts() if act.serial == f"{serial:x}"]
    assert acts == ["issued", "revoked"]
    assert RevocationRegister(ours.folder).find("issuing", serial)


def _revoke(ours: Pki, order: RevocationOrder) -> None:
    revoke_certificate(ours.folder, "issuing", order, NOW)


def test_no_timestamp_leaves_before_it_is_in_the_journal_and_no_number_twice(tmp_path: Path) -> None:
    clock = FrozenClock(NOW, ZONE)
    seen: list[int] = []
    reader, writer = os.pipe()
    os.set_blocking(reader, False)

    def give() -> None:
        numbers = SerialNumbers(tmp_path, clock)
        for number in range(3):
            token = _stamp(numbers, number)
            LEAVE(writer, token.to_bytes(20))

    def check(step: int) -> None:
        clock.advance(seconds=1)
        while left := _read(reader):
            seen.append(int.from_bytes(left))
        assert len(seen) == len(set(seen)), step
        lines = (tmp_path / "tokens.jsonl").read_text() if (tmp_path / "tokens.jsonl").exists() else ""
        assert all(f'"serial": "{serial:x}"' in lines for serial in seen), step

    steps = _every_step(give, check)
    check(steps)
    assert steps > 10
    assert len(seen) >= 6
    assert read_journal(tmp_path, JournalEnd()).lines >= len(seen)


def _read(reader: int) -> bytes:
    try:
        return os.read(reader, 20)
    except BlockingIOError:
        return b""


def _stamp(numbers: SerialNumbers, number: int) -> int:
    key = pki().tsa
    assert not hasattr(key.key, "curve")
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": bytes([number]) * 32}
    request = tsp.TimeStampReq({"version": "v1", "message_imprint": imprint})
    answer = tsp.TimeStampResp.load(
        TimestampAuthority(TsaKey(key.certificate, key.chain, key.key), numbers).answer(request.dump())
    )
    info = answer["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
    return int(info["serial_number"].native)


def test_the_numbers_go_on_where_the_clock_did(tmp_path: Path) -> None:
    clock = FrozenClock(NOW, ZONE)
    numbers = SerialNumbers(tmp_path, clock)
    first = numbers.take("sha256:00")
    numbers.settle(first)
    os.close(numbers._hold)  # killed
    clock.advance(seconds=-1)
    again = SerialNumbers(tmp_path, clock)
    with pytest.raises(Exception, match="backwards"):
        again.take("sha256:00")
    clock.at += timedelta(seconds=1)
    assert again.take("sha256:00").serial > first.serial
