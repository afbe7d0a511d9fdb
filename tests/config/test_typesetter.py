"""The typesetter process starts only where it can be kept from the network, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config.settings import FONTS
from tests.config.typesetting import ROOT, running_typesetter
from tests.processes import wait_for

DENIED = """
import os, socket, subprocess, sys, threading, ctypes
from config.no_network import deny_network
open_before, other = socket.socketpair()
go, seen = threading.Event(), []
def older_thread():
    go.wait()
    try: socket.socket()
    except PermissionError: seen.append("older thread")
thread = threading.Thread(target=older_thread); thread.start()
deny_network()
go.set(); thread.join()
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK):
    try: socket.socket(family, socket.SOCK_DGRAM)
    except PermissionError: seen.append(family.name)
try: socket.create_connection(("127.0.0.1", 9))
except PermissionError: seen.append("connection")
try: subprocess.run([sys.executable, "-c", ""])
except PermissionError: seen.append("program")
child = os.fork()
if child == 0:
    try: socket.socket()
    except PermissionError: os._exit(7)
    os._exit(0)
if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7: seen.append("child")
libc = ctypes.CDLL(None, use_errno=True)
if libc.syscall(425, 1, None) == -1 and ctypes.get_errno() == 1: seen.append("io_uring")
open_before.send(b"x"); assert other.recv(1) == b"x"
print(",".join(seen))
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_network_is_denied_to_every_thread_and_child_while_open_sockets_stay_usable() -> None:
    done = run(DENIED)
    assert done.stdout.strip() == (
        "older thread,AF_INET,AF_INET6,AF_UNIX,AF_NETLINK,connection,program,child,io_uring"
    ), done.stderr


@pytest.mark.parametrize(
    "broken",
    ["platform.machine = lambda: 'riscv64'", "no_network._filter = lambda *_: b'12345678'", "no_network.DENY = 0"],
)
def test_it_does_not_start_where_the_network_cannot_be_denied(broken: str, tmp_path: Path) -> None:
    if "DENY" in broken:  # a filter that is taken but denies nothing
        broken = "no_network._filter = lambda *_: __import__('struct').pack('=HBBI', 6, 0, 0, no_network.ALLOW)"
    code = f"import platform\nfrom config import no_network\n{broken}\nfrom config.typesetter import main\n"
    done = run(code + f"raise SystemExit(main([{str(tmp_path / 's')!r}, {str(FONTS)!r}]))")
    assert (done.returncode, done.stderr.startswith("The typesetter does not start: ")) == (1, True)


def test_it_says_what_it_needs(tmp_path: Path) -> None:
    module = [sys.executable, "-m", "config.typesetter"]
    assert subprocess.run(module, cwd=ROOT, capture_output=True, check=False).returncode == 2
    done = subprocess.run([*module, str(tmp_path / "s"), str(tmp_path)], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 1 and b"no fonts" in done.stderr


def test_only_its_user_may_ask_it_and_it_takes_its_socket_away() -> None:
    with running_typesetter() as running:
        path = running.folder / "typesetter.sock"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(20) == 0
        assert not path.exists()


def test_workers_die_with_a_parent_that_was_killed() -> None:
    with running_typesetter() as running:
        wait_for(lambda: len(children(running.process.pid)) == 2)
        workers = children(running.process.pid)
        running.process.kill()
        wait_for(lambda: not any(alive(worker) for worker in workers))


def test_a_worker_that_dies_is_replaced() -> None:
    with running_typesetter() as running:
        wait_for(lambda: len(children(running.process.pid)) == 2)
        before = children(running.process.pid)
        os.kill(before[0], signal.SIGKILL)
        wait_for(lambda: len(set(children(running.process.pid)) - set(before)) == 1)
        started = time.monotonic()
        assert running.typeset('#set document(title: "x")\n#set text(font: "Tinos")\nx', standards=())
        assert time.monotonic() - started < 10


def children(parent: int) -> list[int]:
    found = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [int(child) for child in found]


def alive(process: int) -> bool:
    """True while the process runs; a dead one that nobody has buried yet does not count."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
