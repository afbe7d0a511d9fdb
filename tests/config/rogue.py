"""A zygote whose children do what each question says, as a hostile file might make them do. Run as a program."""

import ctypes
import mmap
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from config.zygote import serve

ZYGOTE = os.getpid()


def _fill() -> bytes:
    kept = []
    while True:
        kept.append(bytearray(10_000_000))


def _loop() -> bytes:
    while True:
        pass


def _silent() -> bytes:
    threading.Event().wait()
    return b""


def _flood() -> bytes:
    while True:
        os.write(1, bytes(65536))


def _garbage() -> bytes:
    return b"\xff{]" * 100


def _tried(attempt: Callable[[], object]) -> bytes:
    try:
        return f"did it: {attempt()!r}".encode()
    except (OSError, ValueError) as error:
        return type(error).__name__.encode()


ATTEMPTS: dict[str, Callable[[], object]] = {
    "read a file": lambda: os.open("/etc/passwd", os.O_RDONLY),
    "write a file": lambda: os.open("/tmp/written", os.O_WRONLY | os.O_CREAT),
    "list a folder": lambda: list(Path("/").iterdir()),
    "look at a file": lambda: Path("/etc/passwd").stat(),
    "remove a file": lambda: Path("/tmp/written").unlink(),
    "connect": lambda: socket.socket(socket.AF_INET).connect(("127.0.0.1", 9)),
    "unix socket": lambda: socket.socket(socket.AF_UNIX),
    "pair": socket.socketpair,
    "fork": os.fork,
    "execute": lambda: os.execv("/bin/true", ["true"]),
    "kill its parent": lambda: os.kill(ZYGOTE, signal.SIGKILL),
    "kill all": lambda: os.kill(-1, signal.SIGKILL),
    "trace its parent": lambda: _call(ctypes.CDLL(None, use_errno=True).ptrace, 16, ZYGOTE, 0, 0),
    "outlive its parent": lambda: _call(ctypes.CDLL(None, use_errno=True).prctl, 1, 0, 0, 0, 0),
    "ignore orders": lambda: signal.signal(signal.SIGTERM, signal.SIG_IGN),
    "become root": lambda: os.setuid(0),
    "lift a limit": lambda: resource.setrlimit(resource.RLIMIT_AS, (-1, -1)),
    "runnable memory": lambda: mmap.mmap(-1, 4096, prot=7),
}
DEEDS: dict[str, Callable[[], bytes]] = {
    "fill": _fill,
    "loop": _loop,
    "be silent": _silent,
    "flood": _flood,
    "garbage": _garbage,
    "end": lambda: os._exit(0),
    "crash": lambda: ctypes.string_at(0),
}


def _call(function: Callable[..., int], *arguments: int) -> int:
    result = function(*arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return result


def answer(question: bytes, ask: Callable[[bytes], bytes]) -> bytes:
    """Do as the question says; a text that is no order comes back as it is."""
    order = question[:40].decode(errors="replace")
    if order.startswith("ask "):
        return b" ".join(ask(order.encode())[:90_000] for _ in range(int(order[4:])))
    if order in ATTEMPTS:
        return _tried(ATTEMPTS[order])
    return DEEDS[order]() if order in DEEDS else question


if __name__ == "__main__":
    sys.exit(serve(answer, sys.argv[1:]))
