"""No test talks to the network: the interpreter itself refuses whatever is not this machine's loopback.

An audit hook sees every connection that Python code makes, by whichever library; it cannot be taken out again,
so it is off until the run begins. Servers that tests start are processes of their own and listen on loopback.
"""

from __future__ import annotations

import ipaddress
import socket
import sys
from typing import Any

WATCHED = {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.bind"}
LOOK_UPS = {"socket.getaddrinfo", "socket.gethostbyname"}
HERE = {"localhost", "", None}
_switch = {"on": False, "hooked": False}


class NetworkInTest(AssertionError):
    """A test tried to reach another machine."""


def pytest_configure() -> None:
    """Refuse the network from now on."""
    _switch["on"] = True
    if not _switch["hooked"]:
        _switch["hooked"] = True
        sys.addaudithook(_watch)


def pytest_unconfigure() -> None:
    """Let it pass again; a hook stays for as long as the interpreter."""
    _switch["on"] = False


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if not _switch["on"] or not event.startswith("socket."):
        return
    if event in WATCHED:
        endpoint, address = arguments[0], arguments[1]
        if endpoint.family in (socket.AF_INET, socket.AF_INET6) and address is not None:
            _refuse_unless_here(event, address[0])
    elif event in LOOK_UPS:
        _refuse_unless_here(event, arguments[0])


def _refuse_unless_here(event: str, host: Any) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name in HERE and not (name == "" and event == "socket.bind"):
        return
    try:
        if ipaddress.ip_address(str(name)).is_loopback:
            return
    except ValueError:
        pass
    raise NetworkInTest(f"{event}: a test may not reach {name!r}; loopback and unix sockets only.")
