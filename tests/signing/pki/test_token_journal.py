"""The journal of the time-stamping authority, its clock, its numbers, and what a token costs."""

import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.clock import FrozenClock
from signing.pki import timekeeping
from signing.pki.errors import RecordBroken
from signing.pki.serials import SerialNumbers
from signing.pki.timekeeping import ClockWatch
from signing.pki.token_journal import JournalEnd, read_journal
from signing.pki.tsa import POLICY, TimestampAuthority, TsaKey
from tests.pki.build import pki
from tests.signing.pki.asking_tsa import IMPRINT, ZONE, authority_in, failure_of, info_of, request_of


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(datetime(2026, 2, 12, 3, 0, 0, 400_000, tzinfo=UTC), ZONE)


@pytest.fixture
def tsa(clock: FrozenClock, tmp_path: Path) -> TimestampAuthority:
    return authority_in(tmp_path / "tsa", clock)


@pytest.mark.parametrize(("must", "synchronised"), [(True, False), (True, True), (False, False)])
def test_a_clock_without_a_time_source_is_refused_or_warned_of(
    clock: FrozenClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, must: bool, synchronised: bool
) -> None:
    monkeypatch.setattr(timekeeping, "clock_is_synchronised", lambda: synchronised)
    key = pki().tsa
    assert not hasattr(key.key, "curve")
    watch = ClockWatch(must)
    serials = SerialNumbers(tmp_path, clock)
    tsa = TimestampAuthority(TsaKey(key.certificate, key.chain, key.key), serials, POLICY, watch.allows)
    if must and not synchronised:
        assert failure_of(tsa.answer(request_of())) == "time_not_available"
        assert (tmp_path / "tokens.jsonl").read_bytes() == b""
    else:
        info_of(tsa.answer(request_of()))


def test_the_kernel_is_asked_and_what_it_says_is_understood() -> None:
    status = timekeeping.STATUS_OFFSET
    disciplined = bytes(timekeeping.TIMEX_SIZE)
    unsynchronised = bytearray(disciplined)
    unsynchronised[status : status + 4] = (0x40).to_bytes(4, sys.byteorder)
    assert timekeeping.is_synchronised(0, disciplined)
    assert timekeeping.is_synchronised(1, disciplined)  # a leap second will be inserted
    assert not timekeeping.is_synchronised(timekeeping.TIME_ERROR, disciplined)
    assert not timekeeping.is_synchronised(-1, disciplined)
    assert not timekeeping.is_synchronised(0, bytes(unsynchronised))
    assert timekeeping.clock_is_synchronised() in (True, False)


def test_the_journal_has_every_token_with_number_time_and_digest(
    tsa: TimestampAuthority, clock: FrozenClock, tmp_path: Path
) -> None:
    made = []
    for _ in range(3):
        made.append(info_of(tsa.answer(request_of())))
        clock.advance(seconds=1)
    failure_of(tsa.answer(b"junk"))
    lines = [json.loads(line) for line in (tmp_path / "tsa" / "tokens.jsonl").read_text().splitlines()]
    assert [int(line["serial"], 16) for line in lines] == [info["serial_number"] for info in made]
    assert [datetime.fromisoformat(line["at"]) for line in lines] == [info["gen_time"] for info in made]
    assert {line["imprint"] for line in lines} == {IMPRINT}
    assert read_journal(tmp_path / "tsa", JournalEnd()).lines == 3


@pytest.mark.parametrize("change", ["cut", "changed", "taken out", "twice", "gone"])
def test_a_changed_journal_stops_the_start_or_the_audit(clock: FrozenClock, tmp_path: Path, change: str) -> None:
    numbers = SerialNumbers(tmp_path, clock)
    for _ in range(4):
        numbers.take(IMPRINT)
    numbers.close()
    path = tmp_path / "tokens.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    changed = {
        "cut": lines[:3],
        "changed": [lines[0], lines[1].replace(b"sha256", b"sha512"), *lines[2:]],
        "taken out": [lines[0], *lines[2:]],
        "twice": [*lines, lines[3]],
    }
    path.unlink()
    if change in changed:
        path.write_bytes(b"".join(changed[change]))
    if change != "changed":  # what is before the remembered end is read by the audit alone
        with pytest.raises(RecordBroken):
            SerialNumbers(tmp_path, clock)
    if change != "gone" and change != "cut":
        with pytest.raises(RecordBroken):
            read_journal(tmp_path, JournalEnd())


def test_half_a_line_is_cut_off_and_a_lost_state_goes_on_from_the_journal(clock: FrozenClock, tmp_path: Path) -> None:
    numbers = SerialNumbers(tmp_path, clock)
    first = numbers.take(IMPRINT)
    numbers.close()
    (tmp_path / "timestamps.json").unlink()
    with (tmp_path / "tokens.jsonl").open("ab") as file:
        file.write(b'{"serial": "ff')
    again = SerialNumbers(tmp_path, clock)
    assert again.take(IMPRINT).serial == first.serial + 1
    again.close()
    assert read_journal(tmp_path, JournalEnd()).lines == 2


@pytest.mark.parametrize("call", ["write", "fdatasync"])
def test_a_disk_that_fails_gives_no_token(
    clock: FrozenClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    tsa = authority_in(tmp_path, clock)
    info_of(tsa.answer(request_of()))

    def full(*arguments: object) -> int:
        raise OSError(28, "no space left")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, full)
        assert failure_of(tsa.answer(request_of())) == "system_failure"
    # A failed write leaves the journal as it was; after a failed write to disk nobody knows what is on it.
    if call == "write":
        info_of(tsa.answer(request_of()))
    else:
        assert failure_of(tsa.answer(request_of())) == "system_failure"
    assert read_journal(tmp_path, JournalEnd()).lines == 2


def test_a_token_costs_at_most_three_milliseconds_of_a_core(clock: FrozenClock, tmp_path: Path) -> None:
    tsa, request = authority_in(tmp_path, clock), request_of()
    tsa.answer(request)
    spent = []
    for _ in range(5):
        began = time.process_time()
        for _ in range(20):
            tsa.answer(request)
        spent.append((time.process_time() - began) / 20)
    print(f"{min(spent) * 1000:.2f} ms a token")
    assert min(spent) <= 0.003
