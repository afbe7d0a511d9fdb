"""A process that reads what strangers sent must reach nothing: it gives up, for good, all but its two open pipes.

For one short piece of work, begun after everything that it needs is loaded: no file can be opened afterwards, no
socket or process made, no program run, nobody signalled. The list says what may still be asked of the kernel; whatever
is not on it is answered with EPERM.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import os
import resource
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from config.errors import Stopped
from config.no_network import (
    ALLOW,
    JUMP_IF_EQUAL,
    JUMP_IF_NOT_BELOW,
    KILL,
    LOAD,
    MACHINES,
    PR_SET_NO_NEW_PRIVS,
    REFUSE,
    RETURN,
    X32_CALLS,
    NetworkNotDenied,
    install,
    this_machine,
)

# Numbers of arch/x86/entry/syscalls/syscall_64.tbl and of include/uapi/asm-generic/unistd.h.
X86_64 = {
    "read": 0, "write": 1, "close": 3, "fstat": 5, "poll": 7, "lseek": 8, "munmap": 11, "brk": 12,
    "rt_sigreturn": 15, "sched_yield": 24, "mremap": 25, "madvise": 28, "getpid": 39, "exit": 60, "getrusage": 98,
    "times": 100, "gettid": 186, "futex": 202, "restart_syscall": 219, "clock_gettime": 228, "clock_getres": 229,
    "exit_group": 231, "getrandom": 318, "membarrier": 324, "rseq": 334,
}  # fmt: skip
AARCH64 = {
    "read": 63, "write": 64, "close": 57, "fstat": 80, "ppoll": 73, "lseek": 62, "munmap": 215, "brk": 214,
    "rt_sigreturn": 139, "sched_yield": 124, "mremap": 216, "madvise": 233, "getpid": 172, "exit": 93,
    "getrusage": 165, "times": 153, "gettid": 178, "futex": 98, "restart_syscall": 128, "clock_gettime": 113,
    "clock_getres": 114, "exit_group": 94, "getrandom": 278, "membarrier": 283, "rseq": 293,
}  # fmt: skip
UNLESS_RUNNABLE = {"x86_64": (9, 10), "aarch64": (222, 226)}  # mmap and mprotect: no new code in memory
ALLOWED = {"x86_64": X86_64, "aarch64": AARCH64}

JUMP_IF_SET, PROTECTION, RUNNABLE = 0x45, 32, 4  # seccomp_data.args[2], PROT_EXEC
PR_SET_PDEATHSIG, SIGKILL = 1, 9
NOBODY = 65534

# Landlock (include/uapi/linux/landlock.h); its numbers are the same on every machine.
CREATE_RULESET, RESTRICT_SELF, ASK_VERSION = 444, 446, 1
FILE_RIGHTS = ((1, (1 << 13) - 1), (2, 1 << 13), (3, 1 << 14), (5, 1 << 15))  # from which version on, which bits
NETWORK_FROM, SCOPES_FROM = 4, 6  # binding and connecting; signals and abstract sockets of others


CONFINED = b"confined"


class NotConfined(RuntimeError):
    """The kernel did not take a limit; whoever asked must not go on."""


class ConfinementImpossible(Stopped):
    """No process can be confined on this machine, or under the limits that this one was started with."""


@dataclass(frozen=True)
class Limits:
    """What one piece of work may use: bytes of address space, seconds (of processor time as well as on the wall).

    `waiting` are more seconds on the wall, in which it may wait for answers to its own questions.
    """

    memory: int
    seconds: int
    waiting: int = 0


ORDINARY = Limits(memory=512 * 1024 * 1024, seconds=9)


def require_confinement(limits: Limits = ORDINARY) -> None:
    """Confine a process that does nothing, to know now what would else be known with the first file.

    Raises ConfinementImpossible with one line that says why. Forks: for the start of a program, before its threads.
    """
    parent, (ours, theirs) = os.getpid(), os.pipe()
    pid = os.fork()
    if pid == 0:
        os.dup2(theirs, 1)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        _tell(limits, parent)
    os.close(theirs)
    with os.fdopen(ours, "rb") as said:
        answer = said.read()
    os.waitpid(pid, 0)
    if answer != CONFINED:
        why = answer.decode(errors="replace") or "It ended at once."
        raise ConfinementImpossible(
            f"Files of strangers cannot be read safely here, so Antin does not start. {why} See docs/security.md."
        )


def _tell(limits: Limits, parent: int) -> None:
    """In the process that does nothing else; does not return."""
    said = b""
    try:
        confine(limits, parent)
        said = CONFINED
    except NotConfined as error:
        said = f"{error}.".encode()
    finally:
        os.write(1, said)
        os._exit(0)


def confine(limits: Limits, parent: int) -> None:
    """Give everything up, in this order; raises NotConfined. `parent` is the process whose death ends this one."""
    try:
        for kind, most in _limits(limits).items():
            resource.setrlimit(kind, (most, most))
        if os.geteuid() == 0:
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
        _die_with(parent)  # only now: the kernel forgets it when the user changes
        deny_files()
        install(_program())
    except (OSError, ValueError, NetworkNotDenied) as error:
        raise NotConfined(f"The kernel refused a limit: {error}") from error
    _check()


def prepare() -> None:
    """Have at hand what every child of this process would else make for itself."""
    _libc()
    with suppress(NetworkNotDenied):  # the first child says it
        _program()


@functools.cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


@functools.cache
def _program() -> bytes:
    name = this_machine()
    return _filter(MACHINES[name][0], sorted(ALLOWED[name].values()), UNLESS_RUNNABLE[name])


def _limits(limits: Limits) -> dict[int, int]:
    return {
        resource.RLIMIT_AS: limits.memory,
        resource.RLIMIT_CPU: limits.seconds,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,  # pipes are no files
        resource.RLIMIT_NOFILE: 4,  # three are open, and landlock makes one for a moment
    }


def _die_with(parent: int) -> None:
    if _libc().prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 or os.getppid() != parent:
        raise NotConfined("The parent is gone.")


def deny_files() -> bool:
    """Landlock, a second lock on files behind the filter; False where the kernel has none. Needs no privileges."""
    libc = _libc()
    version = libc.syscall(CREATE_RULESET, None, 0, ASK_VERSION)
    if version < 0 and ctypes.get_errno() in (errno.ENOSYS, errno.EOPNOTSUPP):
        return False
    files = sum(bits for since, bits in FILE_RIGHTS if since <= version)
    wanted = [files, *([3] if version >= NETWORK_FROM else []), *([3] if version >= SCOPES_FROM else [])]
    rights = struct.pack(f"={len(wanted)}Q", *wanted)
    rules = libc.syscall(CREATE_RULESET, rights, len(rights), 0)
    if rules < 0:
        raise NotConfined(f"The kernel refused a landlock ruleset (error {ctypes.get_errno()}).")
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)  # it insists on that
    refused = libc.syscall(RESTRICT_SELF, rules, 0) != 0
    os.close(rules)
    if refused:
        raise NotConfined(f"The kernel refused the landlock ruleset (error {ctypes.get_errno()}).")
    return True


def _filter(architecture: int, allowed: list[int], unless_runnable: tuple[int, ...]) -> bytes:
    """The BPF program: another architecture dies, what is on a list goes on, all else is answered with EPERM."""
    tests = [*allowed, *unless_runnable]
    refuse = len(tests)  # how far behind the first test
    allow, look = refuse + 3, refuse + 1
    targets = [allow] * len(allowed) + [look] * len(unless_runnable)
    instructions = [
        (LOAD, 0, 0, 4),  # seccomp_data.arch
        (JUMP_IF_EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, 0),  # seccomp_data.nr
        (JUMP_IF_NOT_BELOW, refuse, 0, X32_CALLS),
        *((JUMP_IF_EQUAL, targets[place] - place - 1, 0, number) for place, number in enumerate(tests)),
        (RETURN, 0, 0, REFUSE),
        (LOAD, 0, 0, PROTECTION),
        (JUMP_IF_SET, 1, 0, RUNNABLE),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, REFUSE),
    ]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions)


def _open_folder() -> int:
    return os.open("/", os.O_RDONLY)


def _open_socket() -> int:
    return socket.socket(socket.AF_UNIX).detach()


def _check() -> None:
    """See the denial at work; a filter that does nothing is worse than none."""
    attempts: tuple[Callable[[], int], ...] = (_open_folder, _open_socket, os.fork)
    for attempt in attempts:
        try:
            made = attempt()
        except PermissionError:
            continue
        if attempt is os.fork and made == 0:
            os._exit(1)
        raise NotConfined("The filter is installed but something could still be opened.")
