"""PINs: given with each act, kept nowhere, and not to be found by trying."""

import io
import logging
import tarfile
import threading
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from config.clock import FrozenClock
from config.database import make_engine
from config.settings import Settings
from signing.journal.record import LINES
from signing.keys.errors import PinLocked, WrongPin
from signing.signer.attempts import FREE, LONGEST_WAIT, PinAttempts
from tests.pki.build import PIN
from tests.signing.signer.conftest import HEAD, Case


def _try(attempts: PinAttempts, right: bool = False, key: str = HEAD) -> None:
    with attempts.attempt(key):
        if not right:
            raise WrongPin("no")


def _wrong(attempts: PinAttempts, times: int) -> None:
    for _ in range(times):
        with pytest.raises(WrongPin):
            _try(attempts)


def test_after_some_wrong_pins_the_key_stays_shut_for_ever_longer(tmp_path: Path, clock: FrozenClock) -> None:
    attempts = PinAttempts(tmp_path, clock)
    _wrong(attempts, FREE)
    waits = []
    for _ in range(16):
        waited = 0
        while True:
            try:
                _try(attempts)
            except PinLocked:
                clock.advance(seconds=10)
                waited += 10
            except WrongPin:
                break
        waits.append(waited)
    assert waits[:4] == [30, 60, 120, 240]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT / timedelta(seconds=1)


def test_even_the_right_pin_is_refused_while_the_key_is_shut(tmp_path: Path, clock: FrozenClock) -> None:
    attempts = PinAttempts(tmp_path, clock)
    _wrong(attempts, FREE)
    with pytest.raises(PinLocked, match="can be tried again at"):
        _try(attempts, right=True)
    clock.advance(seconds=30)
    _try(attempts, right=True)
    _wrong(attempts, FREE)  # counted from the beginning again


def test_what_does_not_prove_the_pin_clears_no_count(tmp_path: Path, clock: FrozenClock) -> None:
    attempts = PinAttempts(tmp_path, clock)
    for number in range(1, FREE + 1):
        _wrong(attempts, 1)
        if number < FREE:
            with attempts.attempt(HEAD, proven=False):
                pass
    with pytest.raises(PinLocked):
        _try(attempts, right=True)


def test_a_restart_forgets_no_wrong_pin(tmp_path: Path, clock: FrozenClock) -> None:
    for _ in range(FREE):
        _wrong(PinAttempts(tmp_path, clock), 1)
    with pytest.raises(PinLocked):
        _try(PinAttempts(tmp_path, clock), right=True)


def test_one_keys_wrong_pins_do_not_shut_another(tmp_path: Path, clock: FrozenClock) -> None:
    attempts = PinAttempts(tmp_path, clock)
    _wrong(attempts, FREE)
    _try(attempts, right=True, key="official-deputy")


def test_guesses_at_the_same_time_are_counted(tmp_path: Path, clock: FrozenClock) -> None:
    attempts = PinAttempts(tmp_path, clock)
    outcomes: list[str] = []

    def guess() -> None:
        try:
            _try(attempts)
        except (WrongPin, PinLocked) as refusal:
            outcomes.append(type(refusal).__name__)

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["PinLocked"] * (12 - FREE) + ["WrongPin"] * FREE


def test_a_wrong_pin_signs_nothing_and_a_right_one_after_it_does(case: Case, signer_settings: Settings) -> None:
    prepared = case.prepared_for_official()
    question = (prepared.attributes, prepared.revision)
    with pytest.raises(WrongPin):
        case.signer.sign(case.request_id, HEAD, "000000", *question)
    assert case.signer.sign(case.request_id, HEAD, PIN, *question)
    engine = make_engine(signer_settings.database_signer_url)
    with engine.connect() as connection:
        rows = connection.execute(sa.select(LINES.c.outcome, LINES.c.reason).order_by(LINES.c.seq)).all()
    engine.dispose()
    assert [tuple(row) for row in rows] == [
        ("asked", ""),
        ("refused", "WrongPin: The PIN does not open the key."),
        ("asked", ""),
        ("signed", ""),
    ]


def test_questions_that_are_refused_before_the_key_cost_no_attempt(case: Case) -> None:
    prepared = case.prepared_for_official()
    for _ in range(FREE + 1):
        with pytest.raises(Exception, match="attributes"):
            case.signer.sign(case.request_id, HEAD, "000000", b"other", prepared.revision)
    assert case.signer.sign(case.request_id, HEAD, PIN, prepared.attributes, prepared.revision)


def test_a_pin_is_found_in_no_file_log_or_message(
    case: Case, signer_settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    pin = "pin-71532846"
    prepared = case.prepared_for_official()
    with caplog.at_level(logging.DEBUG):
        for _ in range(FREE + 1):
            with pytest.raises((WrongPin, PinLocked)) as caught:
                case.signer.sign(case.request_id, HEAD, pin, prepared.attributes, prepared.revision)
            assert pin not in str(caught.value)
    assert pin not in caplog.text
    everything = io.BytesIO()
    with tarfile.open(fileobj=everything, mode="w") as archive:
        archive.add(signer_settings.data_folder / "signer")
        archive.add(signer_settings.keys_folder)
    assert len(everything.getvalue()) > 10_000
    assert pin.encode() not in everything.getvalue()
