"""The parent starts, restarts and stops its children, and none outlives it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from config.processes import Process, ProcessFailed, Supervisor, with_parent

SLEEPER = [sys.executable, "-c", "import signal; print('up', flush=True); signal.pause()"]


def wait_for(condition: object, seconds: float = 20) -> None:
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        threading.Event().wait(0.02)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_dead_process_is_started_again_and_stops_with_the_parent(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path)
    process = Process("sleeper", with_parent(SLEEPER), ready=lambda: (tmp_path / "sleeper.log").stat().st_size > 0)
    first = supervisor.start(process)
    watching = threading.Thread(target=supervisor.watch)
    watching.start()
    os.kill(first.pid, signal.SIGKILL)
    wait_for(lambda: process.handle is not None and process.handle.pid != first.pid)
    supervisor.stop()
    watching.join(10)
    assert process.handle is not None
    assert process.handle.poll() is not None


@pytest.mark.parametrize(("ran", "pause"), [(1.0, 4.0), (11.0, 0.4)])
def test_only_what_keeps_dying_is_started_again_late(tmp_path: Path, ran: float, pause: float) -> None:
    supervisor = Supervisor(tmp_path)
    process = Process("sleeper", with_parent(SLEEPER), pause=4.0)
    first = supervisor.start(process)
    first.kill()
    process.started = time.monotonic() - ran
    watching = threading.Thread(target=supervisor.watch)
    watching.start()
    wait_for(lambda: process.not_before > 0.0 if pause > 1.0 else process.handle is not first)  # waits, or runs again
    assert process.pause == pause
    supervisor.stop()
    watching.join(10)


def test_a_process_that_ends_while_starting_is_told_with_its_last_lines(tmp_path: Path) -> None:
    broken = Process("broken", [sys.executable, "-c", "raise SystemExit('no key')"], ready=lambda: False)
    with pytest.raises(ProcessFailed, match="no key"):
        Supervisor(tmp_path).start(broken)


def test_a_child_does_not_outlive_a_killed_parent(tmp_path: Path) -> None:
    code = (
        "import sys, signal, pathlib; from config.processes import *; s = Supervisor(pathlib.Path(sys.argv[1]));"
        f"h = s.start(Process('child', with_parent({SLEEPER!r}))); print(h.pid, flush=True); signal.pause()"
    )
    parent = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    wait_for(lambda: not alive(child))


def test_a_child_whose_parent_died_before_it_could_ask_does_not_begin(tmp_path: Path) -> None:
    done = subprocess.run([*with_parent(["touch", str(tmp_path / "begun")])], check=True)
    assert done.returncode == 0
    (tmp_path / "begun").unlink()
    of_another = [str(os.getppid()) if part == str(os.getpid()) else part for part in with_parent(["touch", "begun"])]
    assert subprocess.run(of_another, cwd=tmp_path, check=False).returncode != 0
    assert not (tmp_path / "begun").exists()
