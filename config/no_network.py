"""A process that reads templates of officials must reach nothing: the kernel is told so, for good (seccomp).

Denied: making, binding and connecting sockets, running programs, and taking sockets out of other processes.
What is open already stays usable, so a server listens first and denies afterwards.
"""

from __future__ import annotations

import ctypes
import platform
import socket
import struct

# Numbers of arch/x86/entry/syscalls/syscall_64.tbl and of include/uapi/asm-generic/unistd.h.
X86_64 = {
    "socket": 41, "connect": 42, "bind": 49, "listen": 50, "socketpair": 53, "execve": 59, "ptrace": 101,
    "process_vm_readv": 310, "process_vm_writev": 311, "execveat": 322, "io_uring_setup": 425,
    "io_uring_enter": 426, "io_uring_register": 427, "pidfd_getfd": 438,
}  # fmt: skip
AARCH64 = {
    "socket": 198, "socketpair": 199, "bind": 200, "listen": 201, "connect": 203, "execve": 221,
    "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271, "execveat": 281, "io_uring_setup": 425,
    "io_uring_enter": 426, "io_uring_register": 427, "pidfd_getfd": 438,
}  # fmt: skip
MACHINES = {"x86_64": (0xC000003E, X86_64, 317), "aarch64": (0xC00000B7, AARCH64, 277)}

PR_SET_NO_NEW_PRIVS = 38
SECCOMP_SET_MODE_FILTER, ALL_THREADS = 1, 1
LOAD, JUMP_IF_EQUAL, JUMP_IF_NOT_BELOW, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000 | 1, 0x80000000  # REFUSE answers EPERM
X32_CALLS = 0x40000000  # the second numbering of x86_64 would walk around the list


class NetworkNotDenied(RuntimeError):
    """The kernel did not take the filter; whoever asked must not go on."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def deny_network() -> None:
    """Deny the network to all threads of this process and its children; raises `NetworkNotDenied`."""
    architecture, denied, _ = MACHINES[this_machine()]
    install(_filter(architecture, sorted(denied.values())))
    _check()


def this_machine() -> str:
    """The kind of machine, one of MACHINES; raises `NetworkNotDenied` on another."""
    machine = platform.machine()
    if platform.system() != "Linux" or machine not in MACHINES:
        raise NetworkNotDenied(f"Denying the network is not possible on {platform.system()} {machine}.")
    return machine


def install(code: bytes) -> None:
    """Have the kernel run this BPF program before every call, for good; raises `NetworkNotDenied`."""
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise NetworkNotDenied(f"The kernel refused no_new_privs (error {ctypes.get_errno()}).")
    seccomp = MACHINES[this_machine()][2]
    if libc.syscall(seccomp, SECCOMP_SET_MODE_FILTER, ALL_THREADS, ctypes.byref(program)) != 0:
        raise NetworkNotDenied(f"The kernel refused the seccomp filter (error {ctypes.get_errno()}).")


def _filter(architecture: int, denied: list[int]) -> bytes:
    """The BPF program: another architecture dies, a denied call is answered with EPERM, the rest goes on."""
    length = len(denied)
    instructions = [
        (LOAD, 0, 0, 4),  # seccomp_data.arch
        (JUMP_IF_EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, 0),  # seccomp_data.nr
        (JUMP_IF_NOT_BELOW, length + 1, 0, X32_CALLS),
        *((JUMP_IF_EQUAL, length - place, 0, number) for place, number in enumerate(denied)),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, REFUSE),
    ]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions)


def _check() -> None:
    """See the denial at work; a filter that does nothing is worse than none."""
    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):
        try:
            socket.socket(family).close()
        except PermissionError:
            continue
        raise NetworkNotDenied("The seccomp filter is installed but a socket could still be made.")
