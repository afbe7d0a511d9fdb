"""A conversation with a confined child, of which nothing is believed: neither that it answers nor that it ever stops.

It begins with our question. What the child says are messages: questions of its own, each of which is answered before it
says more, and at last its answer.
"""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable
from io import FileIO

from config.confinement import Limits
from config.zygote import ANSWER, CONFINED, QUESTION, SAID, TOLD

CHUNK = 64 * 1024
MOST_QUESTIONS = 32
Hear = Callable[[bytes], bytes]


def says_nothing(question: bytes) -> bytes:
    """For children that have nothing to ask."""
    return b""


class _Enough(Exception):
    """The child is listened to no longer."""


class Conversation:
    """One conversation. `confined` says whether the child was confined before it was asked; `answer` what it said.

    The answer stays None when the child took longer than it may, said more than `largest` bytes or what is no message,
    or ended before.
    """

    def __init__(self, question: bytes, hear: Hear, limits: Limits, largest: int) -> None:
        self.confined = False
        self.answer: bytes | None = None
        self._hear, self._largest = hear, largest
        self._left = memoryview(TOLD.pack(len(question)) + question)
        self._came, self._total, self._questions = bytearray(), 0, 0
        self._until = time.monotonic() + limits.seconds
        self._latest = self._until + limits.waiting

    def hold(self, out: FileIO, into: FileIO) -> None:
        """Write and read at once until it is over: whoever only writes may wait for one who only writes."""
        os.set_blocking(out.fileno(), False)
        poll = select.poll()
        poll.register(into, select.POLLIN)
        poll.register(out, select.POLLOUT)
        try:
            while self.answer is None and (seconds := self._until - time.monotonic()) > 0:
                ready = dict(poll.poll(seconds * 1000))
                if into.fileno() in ready:
                    self._take(into.read(CHUNK) or b"")
                    if self._left:
                        poll.register(out, select.POLLOUT)
                elif ready and not self._write(out):
                    poll.unregister(out)
        except _Enough:
            return

    def _take(self, chunk: bytes) -> None:
        if not chunk:
            raise _Enough
        if not self.confined:
            if not chunk.startswith(CONFINED):
                raise _Enough
            self.confined, chunk = True, chunk[len(CONFINED) :]
        self._came += chunk
        self._total += len(chunk)
        if self._total > self._largest + SAID.size:
            raise _Enough
        while len(self._came) >= SAID.size:
            kind, length = SAID.unpack_from(self._came)
            end = SAID.size + length
            if len(self._came) < end:
                break
            content = bytes(self._came[SAID.size : end])
            del self._came[:end]
            self._understand(kind, content)

    def _understand(self, kind: bytes, content: bytes) -> None:
        if kind == ANSWER:
            self.answer = content
            raise _Enough
        if kind != QUESTION or self._left or self._questions == MOST_QUESTIONS:
            raise _Enough
        self._questions += 1
        began = time.monotonic()
        told = self._hear(content)
        self._until = min(self._until + time.monotonic() - began, self._latest)
        self._left = memoryview(TOLD.pack(len(told)) + told)

    def _write(self, out: FileIO) -> bool:
        """Whether there is more to write; nothing when the other side does not read any more."""
        try:
            self._left = self._left[out.write(self._left[:CHUNK]) or 0 :]
        except BrokenPipeError:
            self._left = self._left[:0]
        return bool(self._left)
