"""A process that has everything loaded and forks one confined child for each piece of work; it never works itself.

Its own process, executed with an empty environment and no descriptor but standard error and the one that orders come
by, so that a child inherits no connection, no key and no thread of whoever asks. An order is two pipes: the child gives
up everything (config/confinement.py), says so with one byte, reads the question, writes the answer and ends. Meanwhile
it may ask questions of its own, one at a time. A child that outlives its time is killed, and all of them with this
process. See docs/adr/0023 and 0027.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from config.confinement import Limits, NotConfined, confine, prepare

Ask = Callable[[bytes], bytes]  # a child's own question, and what it is told
Answer = Callable[[bytes, Ask], bytes]
ORDERS = 0  # the descriptor that orders come by
READY, CONFINED = b"R", b"C"
QUESTION, ANSWER = b"Q", b"A"  # what a child says begins with one of them and its length
SAID, TOLD = struct.Struct(">cI"), struct.Struct(">I")
CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Child:
    """One child at work. `handle` becomes readable when it ends; `until` is on the monotonic clock."""

    pid: int
    handle: int
    until: float


def serve(answer: Answer, arguments: list[str]) -> int:
    """Fork a child for each order until the other side goes away; 1 when a child cannot be confined here."""
    limits = Limits(*map(int, arguments))
    os.chdir("/")
    prepare()
    settle_memory()
    with socket.socket(fileno=ORDERS) as orders:
        if not _can_confine(limits):
            return 1
        orders.send(READY)
        _obey(orders, answer, limits)
    return 0


def settle_memory() -> None:
    """What is loaded now stays: pages that no collection touches stay shared with the children, and cost them none."""
    gc.collect()
    gc.set_threshold(100_000, 50, 1000)
    gc.freeze()


def _obey(orders: socket.socket, answer: Answer, limits: Limits) -> None:
    children: dict[int, Child] = {}
    poll = select.poll()
    poll.register(orders, select.POLLIN)
    try:
        while True:
            ready = {descriptor for descriptor, _ in poll.poll(_wait(children))}
            for child in _ended(children, ready):
                poll.unregister(child.handle)
                os.close(child.handle)
            if orders.fileno() in ready:
                order, descriptors, *_ = socket.recv_fds(orders, 1, 2)
                if not order:
                    return
                started = _start(descriptors, answer, limits)
                if started is not None:
                    children[started.handle] = started
                    poll.register(started.handle, select.POLLIN)
    finally:
        for child in children.values():
            os.kill(child.pid, signal.SIGKILL)


def _wait(children: dict[int, Child]) -> float | None:
    """Milliseconds to the next child whose time is up."""
    if not children:
        return None
    return max(0.0, min(child.until for child in children.values()) - time.monotonic()) * 1000 + 1


def _ended(children: dict[int, Child], ready: set[int]) -> Iterator[Child]:
    """Takes out those that have ended, and those that are ended now because their time is up."""
    for child in list(children.values()):
        late = time.monotonic() >= child.until
        if late:
            os.kill(child.pid, signal.SIGKILL)  # not waited for yet, so the number is still its own
        if late or child.handle in ready:
            os.waitpid(child.pid, 0)
            yield children.pop(child.handle)


def _start(descriptors: list[int], answer: Answer, limits: Limits) -> Child | None:
    """None when no more can be started now: whoever ordered sees pipes that are closed."""
    zygote = os.getpid()
    try:
        pid = os.fork() if len(descriptors) == len(("question", "reply")) else None
    except OSError:
        pid = None
    if pid == 0:
        try:
            _work(descriptors, answer, limits, zygote)
        finally:
            os._exit(1)
    for descriptor in descriptors:
        os.close(descriptor)
    return None if pid is None else Child(pid, os.pidfd_open(pid), time.monotonic() + limits.seconds + limits.waiting)


def _work(descriptors: list[int], answer: Answer, limits: Limits, zygote: int) -> None:
    """In the child. Whatever goes wrong is said by ending without an answer."""
    question, reply = descriptors  # numbers above 2, which are all in use
    for number, descriptor in enumerate((question, reply, os.open(os.devnull, os.O_WRONLY))):
        os.dup2(descriptor, number)
    os.closerange(3, 1024)
    confine(limits, zygote)
    os.write(1, CONFINED)
    _say(ANSWER, answer(_read(), _ask))
    os._exit(0)


def _ask(question: bytes) -> bytes:
    _say(QUESTION, question)
    return _read()


def _say(kind: bytes, content: bytes) -> None:
    left = memoryview(SAID.pack(kind, len(content)) + content)
    while left:
        left = left[os.write(1, left) :]


def _read() -> bytes:
    """What we are told; raises EOFError when nobody is there any more."""
    (length,) = TOLD.unpack(_exactly(TOLD.size))
    return _exactly(length)


def _exactly(length: int) -> bytes:
    content = bytearray()
    while len(content) < length:
        chunk = os.read(0, min(CHUNK, length - len(content)))
        if not chunk:
            raise EOFError
        content += chunk
    return bytes(content)


def _can_confine(limits: Limits) -> bool:
    """Confine a child that does nothing: better known now than with the first document."""
    zygote, pid = os.getpid(), os.fork()
    if pid == 0:
        code = 1
        try:
            os.closerange(3, 1024)
            confine(limits, zygote)
            code = 0
        except NotConfined as error:
            os.write(2, f"{error}\n".encode())
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
