"""The parent of all processes: starts them, starts a dead one again, and stops every one when it stops itself."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import structlog

from config.errors import Stopped

READY_SECONDS = 60.0
STOP_SECONDS = 15.0
SHORTEST_PAUSE, LONGEST_PAUSE = 0.2, 5.0  # seconds between two starts of a process that keeps dying
STEADY_SECONDS = 10.0  # one that ran so long does not keep dying
log = structlog.get_logger()


class ProcessFailed(Stopped):
    """A process ended, or did not become ready, while everything was being started."""


@dataclass
class Process:
    """One child: its command, how to see that it is ready, the signal that stops it cleanly."""

    name: str
    command: list[str]
    ready: Callable[[], bool] = lambda: True
    stop_signal: signal.Signals = signal.SIGTERM
    environment: dict[str, str] = field(default_factory=dict)
    handle: subprocess.Popen[bytes] | None = None
    pause: float = SHORTEST_PAUSE
    not_before: float = 0.0
    started: float = 0.0


class Supervisor:
    """Runs processes in the order given; stops them in the opposite order. A child never outlives it."""

    def __init__(self, logs: Path | None) -> None:
        self._logs = logs
        self._processes: list[Process] = []
        self._stopping = False

    def start(self, process: Process) -> subprocess.Popen[bytes]:
        """Start a process and wait until it is ready; raises `ProcessFailed`."""
        self.begin(process)
        return self.wait_until_ready(process)

    def begin(self, process: Process) -> None:
        """Start a process and go on; several can be on their way at once."""
        self._processes.append(process)
        self._spawn(process)

    def wait_until_ready(self, process: Process) -> subprocess.Popen[bytes]:
        """Return when a begun process is ready; raises `ProcessFailed` when it ends or takes too long."""
        handle = process.handle
        if handle is None:
            raise ProcessFailed(f"{process.name}: was not begun.")
        deadline = time.monotonic() + READY_SECONDS
        while not process.ready():
            if handle.poll() is not None:
                raise ProcessFailed(f"{process.name}: ended with {handle.returncode}.{self._last_lines(process)}")
            if time.monotonic() > deadline:
                raise ProcessFailed(f"{process.name}: was not ready after {READY_SECONDS:.0f} s.")
            if self._stopping:
                raise ProcessFailed("Stopped while starting.")
            time.sleep(0.03)
        return handle

    def watch(self) -> None:
        """Keep everything running until SIGTERM or SIGINT; a process that died is started again after a pause."""
        while not self._stopping:
            for process in self._processes:
                if process.handle is not None and process.handle.poll() is not None and not self._stopping:
                    self._restart(process)
            time.sleep(0.05)

    def stop_on_signals(self) -> None:
        """Make SIGTERM and SIGINT end `watch` (and a start that is under way)."""

        def stop(number: int, frame: FrameType | None) -> None:
            self._stopping = True

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)

    def stop(self) -> None:
        """Stop all, the last started first; what does not stop in time is killed."""
        self._stopping = True
        for process in reversed(self._processes):
            if process.handle is None or process.handle.poll() is not None:
                continue
            process.handle.send_signal(process.stop_signal)
            try:
                process.handle.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                log.warning("killed, it did not stop", name=process.name)
                process.handle.kill()
                process.handle.wait()

    def _restart(self, process: Process) -> None:
        now = time.monotonic()
        if process.not_before == 0.0:
            status = process.handle.returncode if process.handle else None
            log.warning("process ended", name=process.name, status=status)
            if now - process.started >= STEADY_SECONDS:
                process.pause = SHORTEST_PAUSE
            process.not_before = now + process.pause
        if now >= process.not_before:
            process.pause = min(process.pause * 2, LONGEST_PAUSE)
            process.not_before = 0.0
            self._spawn(process)

    def _spawn(self, process: Process) -> subprocess.Popen[bytes]:
        process.started = time.monotonic()
        target = (self._logs / f"{process.name}.log").open("ab") if self._logs else None
        try:
            process.handle = subprocess.Popen(
                process.command,
                stdout=target,
                stderr=target,
                stdin=subprocess.DEVNULL,
                env=os.environ | process.environment,
                start_new_session=True,
            )
        finally:
            if target:
                target.close()
        return process.handle

    def _last_lines(self, process: Process) -> str:
        if not self._logs:
            return ""
        lines = (self._logs / f"{process.name}.log").read_text(errors="replace").splitlines()[-5:]
        return "\n  " + "\n  ".join(lines)


def with_parent(command: list[str]) -> list[str]:
    """The command as a child of this process that is stopped when this process dies, however and whenever it dies.

    The kernel sends the signal only to who has asked for it already: one whose parent died before has another by now.
    """
    still_there = '[ "$PPID" = "$0" ] && exec "$@"'
    return ["setpriv", "--pdeathsig", "TERM", "sh", "-c", still_there, str(os.getpid()), *command]
