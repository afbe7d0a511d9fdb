"""What a child does, whatever it does, costs its own question only: the next one is answered as if nothing had been."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import conversation
from config.confinement import Limits
from config.conversation import MOST_QUESTIONS
from config.fortress import Fortress, FortressUnavailable
from tests.config.rogue import ATTEMPTS

ROOT = Path(__file__).parents[2]
LIMITS = Limits(memory=512 * 1024**2, seconds=1)
LARGEST = 100_000


@pytest.fixture(scope="module")
def fortress() -> Iterator[Fortress]:
    made = Fortress("tests.config.rogue", LIMITS, LARGEST)
    yield made
    made.close()


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _silent_child(fortress: Fortress) -> tuple[threading.Thread, int]:
    """A child that is at work, once it is confined and has its question."""
    asked = threading.Thread(target=fortress.ask, args=(b"be silent",))
    asked.start()
    while not (found := _children(fortress.start())) or "Seccomp:\t2" not in _status(found[0]):
        pass
    return asked, found[0]


def _status(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return ""


def _gone(pid: int) -> bool:
    return not _status(pid) or "State:\tZ" in _status(pid)


def _wait_until_gone(pid: int) -> None:
    while not _gone(pid):
        pass


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_child_reaches_nothing(fortress: Fortress, attempt: str) -> None:
    zygote = fortress.start()
    assert fortress.ask(attempt.encode()) in (b"PermissionError", b"ValueError")
    assert fortress.ask(b"next") == b"next"
    assert fortress.start() == zygote


@pytest.mark.parametrize("deed", ["fill", "loop", "be silent", "flood", "end", "crash"])
def test_a_child_that_does_not_answer_costs_its_own_question_only(fortress: Fortress, deed: str) -> None:
    zygote = fortress.start()
    assert fortress.ask(deed.encode()) is None
    assert fortress.ask(b"next") == b"next"
    assert fortress.start() == zygote
    assert Path("/tmp/written").exists() is False


def test_an_answer_is_no_larger_than_the_caller_takes(fortress: Fortress) -> None:
    assert fortress.ask(bytes(LARGEST - 1)) == bytes(LARGEST - 1)
    assert fortress.ask(bytes(LARGEST + 1)) is None
    assert fortress.ask(b"next") == b"next"


def test_a_child_is_told_what_it_asks_and_stops_being_heard_when_it_asks_too_much(fortress: Fortress) -> None:
    heard = []

    def hear(question: bytes) -> bytes:
        heard.append(question)
        return b"x" * 1_000_000 if len(heard) == 1 else b"y"

    assert fortress.ask(b"ask 3", hear) == b"x" * 90_000 + b" y y"
    assert heard == [b"ask 3"] * 3
    assert fortress.ask(b"ask %d" % MOST_QUESTIONS) == b" " * (MOST_QUESTIONS - 1)
    assert fortress.ask(b"ask %d" % (MOST_QUESTIONS + 1)) is None
    assert fortress.ask(b"next") == b"next"


@pytest.mark.parametrize(("waiting", "answered"), [(0, False), (1000, True)])
def test_what_we_take_to_answer_a_child_is_not_its_own_time_but_has_an_end(
    waiting: int, answered: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = [0.0]

    class Clock:
        @staticmethod
        def monotonic() -> float:
            return time.monotonic() + passed[0]

    def hear(question: bytes) -> bytes:
        passed[0] += 100
        return b"late"

    monkeypatch.setattr(conversation, "time", Clock)
    fortress = Fortress("tests.config.rogue", Limits(LIMITS.memory, LIMITS.seconds, waiting))
    try:
        assert fortress.ask(b"ask 2", hear) == (b"late late" if answered else None)
    finally:
        fortress.close()


def test_a_child_that_reads_nothing_does_not_hold_up_a_large_question(fortress: Fortress) -> None:
    assert fortress.ask(b"end" + bytes(37) + bytes(5_000_000)) is None
    assert fortress.ask(b"next") == b"next"


def test_a_child_has_nobody_s_rights_no_connection_and_no_environment() -> None:
    fortress = Fortress("tests.config.rogue", LIMITS)  # of its own: no earlier child may be on its way out
    asked, child = _silent_child(fortress)
    status = dict(line.split(":\t", 1) for line in _status(child).splitlines() if ":\t" in line)
    descriptors = sorted(path.name for path in Path(f"/proc/{child}/fd").iterdir())
    environment = Path(f"/proc/{fortress.start()}/environ").read_bytes()
    asked.join()
    if os.geteuid() == 0:
        assert set(status["Uid"].split()) == {"65534"}
        assert int(status["CapEff"], 16) == 0
    assert (status["NoNewPrivs"], status["Threads"], descriptors) == ("1", "1", ["0", "1", "2"])
    assert environment.strip(b"\0") == b""


def test_questions_of_several_threads_run_side_by_side_and_none_meets_another(fortress: Fortress) -> None:
    said: dict[int, bytes | None] = {}

    def ask(number: int) -> None:
        said[number] = fortress.ask(b"loop" if number == 0 else f"number {number}".encode() * 1000)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said.pop(0) is None
    assert said == {number: f"number {number}".encode() * 1000 for number in range(1, 8)}


def test_a_zygote_that_was_killed_is_replaced_and_takes_its_children_along() -> None:
    fortress = Fortress("tests.config.rogue", LIMITS)
    asked, child = _silent_child(fortress)
    zygote = fortress.start()
    os.kill(zygote, signal.SIGKILL)
    _wait_until_gone(child)
    assert fortress.ask(b"next") == b"next"
    assert fortress.start() != zygote
    asked.join()  # it was asked again: its first child did not end by its own doing


def test_a_zygote_that_is_held_makes_nothing_answer_for_long(fortress: Fortress) -> None:
    zygote = fortress.start()
    os.kill(zygote, signal.SIGSTOP)
    assert fortress.ask(b"next") == b"next"
    assert fortress.start() != zygote


PARENT = """
import sys, threading
from tests.config.test_fortress import Fortress, LIMITS, _silent_child
fortress = Fortress("tests.config.rogue", type(LIMITS)(LIMITS.memory, 60))
asked, child = _silent_child(fortress)
print(fortress.start(), child, flush=True)
threading.Event().wait()
"""


def test_nothing_is_left_of_a_parent_that_was_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, cwd=ROOT, text=True) as parent:
        assert parent.stdout is not None
        zygote, child = map(int, parent.stdout.readline().split())
        parent.kill()
    _wait_until_gone(child)
    _wait_until_gone(zygote)


def test_without_confinement_nothing_is_asked() -> None:
    too_little = Fortress("tests.config.unconfined", LIMITS)
    with pytest.raises(FortressUnavailable):
        too_little.ask(b"next")


def test_a_program_that_does_not_start_is_unavailable() -> None:
    with pytest.raises(FortressUnavailable):
        Fortress("tests.config.there_is_none", LIMITS).ask(b"next")
