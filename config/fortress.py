"""Asks a confined child, a fresh one for each question, and believes nothing of how it behaves.

The zygote (config/zygote.py) that makes the children is executed by the first question of a process and again when it
died; questions of several threads run side by side. What comes back is bytes for the caller to judge, and so is what a
child asks meanwhile (config/conversation.py).
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import weakref
from dataclasses import astuple, dataclass
from pathlib import Path

from config.confinement import Limits
from config.conversation import Conversation, Hear, says_nothing
from config.errors import Unavailable
from config.sentences import later
from config.zygote import READY

ROOT = Path(__file__).parents[1]
SECONDS_TO_START = 30.0
TRIES = 2  # the second one with a new zygote
LARGEST_ANSWER = 1_000_000  # bytes
SECONDS_TO_END = 2.0


class FortressUnavailable(Unavailable):
    """The confined process that reads strangers' files cannot be started, so none is read."""


@dataclass(frozen=True)
class Zygote:
    """A running zygote and the socket that it takes orders by."""

    process: subprocess.Popen[bytes]
    orders: socket.socket


class Fortress:
    """`module` is run as a program (`python -m`) that calls `config.zygote.serve` with its own function."""

    def __init__(self, module: str, limits: Limits, largest_answer: int = LARGEST_ANSWER) -> None:
        self._module, self._limits, self._largest = module, limits, largest_answer
        self._guard = threading.Lock()
        self._zygote: Zygote | None = None
        self._owner = 0

    def ask(self, question: bytes, hear: Hear = says_nothing) -> bytes | None:
        """The child's answer; None when it was killed, took too long, said too much or ended without a word.

        `hear` answers what the child asks meanwhile; that takes none of its time, but of the limits' `waiting`.
        Raises FortressUnavailable when no child could be confined: then nothing has read the question.
        """
        for _ in range(TRIES):
            zygote, talk = self._running(), Conversation(question, hear, self._limits, self._largest)
            self._order(zygote, talk)
            if not talk.confined:
                self._forget(zygote)
            elif talk.answer or not _died(zygote):
                return talk.answer or None
        raise FortressUnavailable(later("The file was not looked at: the confined reader is not available."))

    def start(self) -> int:
        """Have the zygote ready before the first question; its process id. Raises FortressUnavailable."""
        return self._running().process.pid

    def close(self) -> None:
        """End the zygote and every child of it."""
        if self._zygote is not None:
            self._forget(self._zygote)

    def _running(self) -> Zygote:
        with self._guard:
            found = self._zygote
            if found is not None and self._owner == os.getpid() and found.process.poll() is None:
                return found
            if found is not None:
                _end(found)
            self._zygote, self._owner = _execute(self._module, self._limits), os.getpid()
            weakref.finalize(self, _end, self._zygote)
            return self._zygote

    def _forget(self, zygote: Zygote) -> None:
        with self._guard:
            if self._zygote is zygote:
                self._zygote = None
        _end(zygote)

    def _order(self, zygote: Zygote, talk: Conversation) -> None:
        """Have a child made, and talk with it to the end."""
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        with os.fdopen(ours_out, "wb", 0) as out, os.fdopen(ours_in, "rb", 0) as into:
            try:
                socket.send_fds(zygote.orders, [b"O"], [theirs_in, theirs_out])
            except OSError:  # it is gone
                return
            finally:
                os.close(theirs_in)
                os.close(theirs_out)
            talk.hold(out, into)


def _died(zygote: Zygote) -> bool:
    """Whether a missing answer is the fault of the zygote, which takes its children along, and not the question's."""
    try:
        zygote.process.wait(0.05)
    except subprocess.TimeoutExpired:
        return False
    return True


def _execute(module: str, limits: Limits) -> Zygote:
    """A new program, not a fork: nothing of this process is in it. Waits until it has seen a child confined."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-m", module, *map(str, astuple(limits))]
    with theirs:
        process = subprocess.Popen(
            command, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, env={}, cwd=ROOT, start_new_session=True
        )
    zygote = Zygote(process, ours)
    try:
        ours.settimeout(SECONDS_TO_START)
        ready = ours.recv(1) == READY
    except OSError:
        ready = False
    if not ready:
        _end(zygote)
        raise FortressUnavailable(later("The file was not looked at: the confined reader is not available."))
    return zygote


def _end(zygote: Zygote) -> None:
    """It ends when nobody can order any more, and its children with it."""
    zygote.orders.close()
    try:
        zygote.process.wait(SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        zygote.process.kill()
        zygote.process.wait()
